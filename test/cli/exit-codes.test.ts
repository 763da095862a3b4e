import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

const played = [
  'eval',
  'suites/quickstart/small-talk.yaml',
  '--model',
  'baseline:lexical',
  '--exposure',
  'full',
]
const home = () => ({ CALLTRAIL_HOME: join(temporaryFolder(), 'home') })

describe('the exit code of a run', () => {
  test('is that of its verdict, also where nobody reads what it prints', async () => {
    const page = join(temporaryFolder(), 'run.html')
    const through = ['bash', '-c', `"$@" | true; exit $${'{PIPESTATUS[0]}'}`, 'name']
    const { code } = await run([...played, '--strict-gate', '--report', `html=${page}`], {
      env: home(),
      through,
    })
    expect(code).toBe(1)
  }, 40_000)

  test('says that a report could not be written, and what it has to say is said', async () => {
    const { code, stdout, stderr } = await runHere([...played, '--report', 'json=/dev/full'], { env: home() })
    expect([code, stderr]).toEqual([3, expect.stringContaining('cannot write /dev/full')])
    expect(stdout).toContain('7/7 trials')
  }, 40_000)

  test('is 3 where what is shown cannot be written, however little it is', async () => {
    const through = ['bash', '-c', 'exec "$@" >/dev/full', 'name']
    const env = home()
    for (const args of [
      ['audit', 'verify', '--json'],
      ['audit', 'verify'],
    ]) {
      const { code, stderr } = await run(args, { env, through })
      expect([args, code, stderr]).toEqual([args, 3, expect.stringContaining('cannot be written: ENOSPC')])
    }
  }, 40_000)

  test('is 2 for two reports of a chain in one file, before anything is read', async () => {
    const file = join(temporaryFolder(), 'chain')
    const args = ['chain', 'abc', '--report', `html=${file}`, '--report', `otlp=${file}`]
    const { code, stderr } = await runHere(args, { env: home() })
    expect([code, stderr]).toEqual([2, expect.stringContaining('is written to this file as well')])
  })

  test('is 2 for a report that can never be written, and for a run whose suites are not here', async () => {
    const env = home()
    const early = await runHere([...played, '--report', 'junit=nowhere/junit.xml'], { env })
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('cannot write nowhere/junit.xml')])
    expect((await runHere(played, { env })).code).toBe(0)
    const other = await runHere(['rescore', '0', 'suites/quickstart/memory.yaml'], { env })
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/no suite of .* is here: small-talk/),
    ])
  }, 40_000)
})
