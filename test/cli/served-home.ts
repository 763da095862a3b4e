import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { start } from './calltrail.ts'

/** `calltrail serve` on that home, once it listens. */
export async function serving(home: string) {
  const { child, ended } = start(['serve', '--port', '0'], { env: { CALLTRAIL_HOME: home } })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!/\nopen http:\S+ /.test(said)) await once(child.stderr, 'data')
  const url = / on (http:\S+);/.exec(said)?.[1] ?? ''
  const link = /open (http:\S+) /.exec(said)?.[1] ?? ''
  return { child, ended, url, link, token: readFileSync(join(home, 'serve-token'), 'utf8').trim() }
}
