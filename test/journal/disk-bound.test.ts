import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { EntryData } from '../../src/domain/entry.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { all, entriesOf, loss } from '../contracts/journal.ts'
import { filesUnder, openTestJournal, temporaryHome } from './temporary-home.ts'

const bytesOf = (folder: string) =>
  [...filesUnder(folder).values()].reduce((sum, text) => sum + text.length, 0)

/** Appends until the journal takes no more. */
function fill(journal: ReturnType<typeof openTestJournal>): number {
  let appended = 0
  for (; appended < 1000 && journal.losses.entries === 0; appended++) {
    journal.append('loss', null, loss(appended))
    journal.flush()
  }
  return appended
}

test('a journal does not grow beyond its bound: what comes then is counted, told once, and refused only where that is wanted', () => {
  const home = temporaryHome()
  const told: EntryData['loss'][] = []
  const onLoss = (lost: EntryData['loss']) => void told.push(lost)
  const journal = openTestJournal(home, { maxBytes: 20_000, onLoss })
  expect(fill(journal)).toBeLessThan(200)
  expect(bytesOf(home.journal)).toBeGreaterThan(15_000)
  // The note about its process is not counted.
  expect(bytesOf(home.journal)).toBeLessThan(21_000)
  journal.append('loss', null, loss(1))
  journal.flush()
  expect(told).toEqual([expect.objectContaining({ reason: expect.stringContaining('journal.maxMegabytes') })])
  expect(journal.refusal).toBeNull()
})

test('the bound is that of all logs of the home', () => {
  const home = temporaryHome()
  fill(openTestJournal(home, { maxBytes: 20_000 }))
  const second = openTestJournal(home, { maxBytes: 20_000, strict: true })
  expect(second.refusal).toBeNull()
  expect(fill(second)).toBe(1)
  expect(second.refusal).toContain('journal.strict')
})

test('once somebody has made room it goes on, and nothing that waited is lost', async () => {
  const home = temporaryHome()
  const first = openTestJournal(home, { maxBytes: 20_000 })
  fill(first)
  const second = openTestJournal(home, { maxBytes: 20_000, strict: true })
  fill(second)
  for (const log of readdirSync(home.journal)) rmSync(join(home.journal, log), { recursive: true })
  await expect
    .poll(
      () => {
        second.flush()
        return second.refusal
      },
      { timeout: 5_000 },
    )
    .toBeNull()
  expect(second.losses).toEqual({ entries: 0, bodies: 0 })
  expect(entriesOf(await all(readJournal(home).entries(second.log, 0)))).toHaveLength(1)
})
