import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { start } from './calltrail.ts'

/** `calltrail serve` on that home, once it listens. */
export async function serving(home: string, env: Readonly<Record<string, string>> = {}) {
  const { child, ended } = start(['serve', '--port', '0'], { env: { CALLTRAIL_HOME: home, ...env } })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const says = async (what: RegExp) => {
    while (!what.test(said)) await once(child.stderr, 'data')
  }
  await says(/\nopen http:\S+ /)
  const url = / on (http:\S+);/.exec(said)?.[1] ?? ''
  const link = /open (http:\S+) /.exec(said)?.[1] ?? ''
  return { child, ended, says, url, link, token: readFileSync(join(home, 'serve-token'), 'utf8').trim() }
}
