import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { EntryData } from '../../src/domain/entry.ts'
import { openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { all, entriesOf, loss } from '../contracts/journal.ts'
import { runModule } from './child-process.ts'
import { openTestJournal, temporaryHome } from './temporary-home.ts'

/** A home whose journal folder is no folder, until it is mended. */
function brokenHome() {
  const home = temporaryHome()
  renameSync(home.journal, join(home.path, 'aside'))
  writeFileSync(home.journal, '')
  const mend = () => {
    execFileSync('rm', [home.journal])
    openHome(home.path)
  }
  return { home, mend }
}

test('a disk that refuses throws nothing, is told once, and every loss is counted', () => {
  const { home } = brokenHome()
  const told: EntryData['loss'][] = []
  const journal = openTestJournal(home, { onLoss: (lost) => told.push(lost) })
  for (let index = 0; index < 10; index++) {
    journal.body({ text: `body ${index}` })
    journal.append('loss', null, loss(index))
    journal.flush()
  }
  expect(journal.losses).toEqual({ entries: 10, bodies: 10 })
  expect(told).toEqual([{ reason: expect.stringContaining('EEXIST'), entries: 1, bodies: 1 }])
  journal.close()
  expect(told.at(-1)).toMatchObject({ entries: 10, bodies: 10 })
})

test('what waited for the disk is written when it comes back, and nothing counts as lost', async () => {
  const { home, mend } = brokenHome()
  const journal = openTestJournal(home)
  for (let index = 0; index < 10; index++) journal.append('loss', null, loss(index))
  journal.flush()
  mend()
  journal.append('loss', null, loss(10))
  journal.flush()
  expect(journal.losses).toEqual({ entries: 0, bodies: 0 })
  expect(entriesOf(await all(readJournal(home).entries(journal.log, 0)))).toHaveLength(11)
})

test('what was given up is told by an entry, and leaves no hole in seq', async () => {
  const { home, mend } = brokenHome()
  const journal = openTestJournal(home)
  const reason = 'x'.repeat(1_000_000)
  for (let index = 0; index < 20; index++) {
    journal.append('loss', null, { reason, entries: index, bodies: 0 })
    journal.flush()
  }
  mend()
  journal.flush()
  journal.append('loss', null, loss(99))
  journal.flush()
  const entries = entriesOf(await all(readJournal(home).entries(journal.log, 0)))
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index))
  const [written, [told, after]] = [entries.slice(0, -2), entries.slice(-2)]
  expect(told).toMatchObject({ kind: 'loss', data: { entries: 20 - written.length, bodies: 0 } })
  expect(told?.data).toHaveProperty('reason', expect.stringContaining('EEXIST'))
  expect(after?.data).toEqual(loss(99))
  expect(journal.losses).toEqual({ entries: 20 - written.length, bodies: 0 })
})

test.runIf(process.platform === 'linux')(
  'a line that the disk took a part of is completed later',
  async () => {
    const home = temporaryHome()
    const limited = ['bash', '-c', 'ulimit -S -f 8; exec "$@"', 'limited']
    const { child, stdout, stderr, closed } = runModule(
      join(import.meta.dirname, 'starved-writer.ts'),
      [home.path],
      limited,
    )
    const turn = async (): Promise<{ log: string; losses: { entries: number } }> => {
      child.stdin.write('\n')
      await Promise.race([once(child.stdout, 'data'), closed.then(() => expect.unreachable(stderr()))])
      return JSON.parse(stdout().toString().trim().split('\n').at(-1) ?? '')
    }
    let state = await turn()
    for (let turns = 1; state.losses.entries < 5 && turns < 50; turns++) state = await turn()
    expect(state.losses.entries).toBe(5)
    execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited'])
    state = await turn()
    expect(state.losses.entries).toBe(0)
    child.stdin.end()
    await closed
    const reader = readJournal(home)
    const entries = entriesOf(await all(reader.entries(state.log, 0)))
    const digests = (await all(reader.bodies(state.log, 0))).map(({ body }) => body.digest)
    expect(entries.map(({ seq }) => seq)).toEqual(
      stdout()
        .toString()
        .trim()
        .split('\n')
        .map((_, index) => index),
    )
    expect(entries.map(({ data }) => 'digest' in data && data.digest)).toEqual(digests)
  },
)
