import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readJournal } from '../../src/journal/reader.ts'
import { all, entriesOf } from '../contracts/journal.ts'
import { runModule } from './child-process.ts'
import { temporaryHome } from './temporary-home.ts'

test('a killed recorder leaves all it had flushed, a dense seq and every body, and is known to be dead', async () => {
  const home = temporaryHome()
  const reader = readJournal(home)
  const writers = [1, 2].map(() => runModule(join(import.meta.dirname, 'flushing-writer.ts'), [home.path]))
  await Promise.all(writers.map(({ child }) => once(child.stdout, 'data')))
  expect((await reader.logs()).map(({ alive }) => alive)).toEqual([true, true])
  for (const { child } of writers) child.kill('SIGKILL')
  await Promise.all(writers.map(({ closed }) => closed))
  expect((await reader.logs()).map(({ alive }) => alive)).toEqual([false, false])
  for (const { stdout } of writers) {
    const [log = '', seq = ''] = stdout().toString().trim().split('\n').at(-1)?.split(' ') ?? []
    const entries = entriesOf(await all(reader.entries(log, 0)))
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index))
    expect(entries.length).toBeGreaterThan(Number(seq))
    const digests = new Set((await all(reader.bodies(log, 0))).map(({ body }) => body.digest))
    for (const { data } of entries) expect('digest' in data && digests.has(data.digest)).toBe(true)
  }
})
