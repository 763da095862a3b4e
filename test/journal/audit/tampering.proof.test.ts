import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { verifyHome } from '../../../src/journal/audit/verify-home.ts'
import { temporaryHome } from '../temporary-home.ts'
import { flipBodies, flipEntries, flipLeaves, newTally } from './every-bit.ts'
import { evidenceFiles, flip, lineTamperings, misjudged } from './tampering.ts'
import { writeLog } from './written-home.ts'

// Every bit of a small journal, and thousands of places of a large one: npm run tamper; every bit of a large one: -- --every-bit

test('a changed bit in any file is found and located: a sample of all', () => {
  const home = temporaryHome()
  writeLog(home, 24, { rollBytes: 6_000 })
  writeLog(home, 6)
  expect(verifyHome(home).findings).toEqual([])
  const files = evidenceFiles(home)
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) {
    const { length } = readFileSync(join(home.path, file))
    const step = Math.max(1, Math.floor(length / 8))
    // The last byte is a newline as a rule.
    for (let position = 0; position < length; position += step)
      expect(misjudged(home, flip(home, file, position, position % 8))).toBeNull()
    expect(misjudged(home, flip(home, file, length - 1, 3))).toBeNull()
  }
})

test('in 10,000 entries, what was changed, taken out, moved, added or cut off is found where it is', () => {
  const home = temporaryHome()
  const log = writeLog(home, 10_000, { fresh: 500, rollBytes: 1_000_000 })
  expect(verifyHome(home)).toMatchObject({ findings: [], logs: [{ entries: 10_000, proven: 10_000 }] })
  for (const seq of [0, 4_711, 9_999])
    for (const tampering of lineTamperings(home, log, seq)) expect(misjudged(home, tampering)).toBeNull()
  for (const flipAll of [flipEntries, flipLeaves, flipBodies]) {
    const tally = newTally()
    flipAll(home, log, (number) => number % 3_333 === 7, tally)
    expect(tally).toMatchObject({ found: tally.flips, missed: [] })
    expect(tally.flips).toBeGreaterThan(250)
    for (const { file, position, bit } of [...tally.samples, ...tally.ofNewlines.slice(-2)])
      expect(misjudged(home, flip(home, file, position, bit))).toBeNull()
  }
})
