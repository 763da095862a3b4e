import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryFolder } from './calltrail.ts'

export const suite = resolve('suites/quickstart/small-talk.yaml')

/** A folder with a schedule of the quickstart's small talk, and a home. */
export function scheduled(schedule: string) {
  const cwd = temporaryFolder()
  const toolset = readFileSync('calltrail.yaml', 'utf8')
  const elsewhere = toolset.replaceAll('suites/quickstart', resolve('suites/quickstart'))
  writeFileSync(join(cwd, 'calltrail.yaml'), `${elsewhere}\nschedules:\n  nightly: ${schedule}\n`)
  return { cwd, env: { CALLTRAIL_HOME: join(cwd, 'home') } }
}

/** Without a model that costs anything. */
export const offline = `{ cron: "0 3 * * *", suites: [${suite}], models: [baseline:lexical], exposures: [full], trials: 1 }`
