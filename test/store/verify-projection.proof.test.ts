import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openHome } from '../../src/journal/home.ts'
import { verifyProjection } from '../../src/store/audit/verify-projection.ts'
import { home, ingestAll, journal, store, useHome } from './open-home.ts'
import { recordEverything } from './recorded-everything.ts'
import { ingestHome, recordTrial } from './recorded-home.ts'
import { rawDatabase } from './rollups.ts'
import { type ProjectedTable, projectedTables, repeatable, rowTampering } from './row-tampering.ts'

useHome()

const verify = () => verifyProjection(home, store)
const found = async () => {
  const { findings } = await verify()
  return Object.fromEntries(findings.map(({ file, problem }) => [file.replace('database:', ''), problem]))
}

/** What is changed of a row in each; the rest of `npm run tamper` is every column. */
const columns: Readonly<Record<string, string>> = {
  ...{ spans: 'output', chain_index: 'chain', chain_aliases: 'root', links: 'tier', runs: 'seed' },
  ...{ trials: 'outcome', scores: 'details', gates: 'calibration', policy_decisions: 'effect' },
  ...{ chain_summaries: 'denied', tool_rollups: 'duration' },
}

/** What is compared with a table that is wrong is not looked at. */
const rounds: readonly (readonly ProjectedTable[])[] = [
  ['spans', 'policy_decisions', 'chain_aliases', 'links', 'runs', 'trials', 'scores', 'gates'],
  ['chain_index'],
  ['chain_summaries', 'tool_rollups'],
]

test('every table is what the journal adds up to; an edited, a missing, an added and a repeated row of each is found', async () => {
  recordEverything(home)
  await ingestAll()
  const { rows, ...verdict } = await verify()
  expect(verdict).toMatchObject({ findings: [], unproven: 0, expired: 0 })
  expect([...rows.keys()].sort()).toEqual([...projectedTables].sort())
  for (const count of rows.values()) expect(count).toBeGreaterThan(0)

  const database = await rawDatabase(home)
  const intruder = await rowTampering(database)
  for (const tables of rounds) {
    const repeated = tables.filter((table) => repeatable.includes(table))
    const changes: readonly (readonly [
      string,
      readonly ProjectedTable[],
      (table: ProjectedTable) => unknown,
    ])[] = [
      [' says ', tables, (table) => intruder.edit(table, columns[table] ?? '')],
      ['it is missing', tables, (table) => intruder.remove(table)],
      ['no entry of the journal', tables, (table) => intruder.add(table)],
      ['no entry of the journal', repeated, (table) => intruder.repeat(table)],
    ]
    for (const [said, changed, change] of changes) {
      for (const table of changed) await change(table)
      const wanted = changed.map((table) => [table, expect.stringContaining(said)])
      expect(await found()).toEqual(Object.fromEntries(wanted))
      for (const table of changed) await intruder.putBack(table)
    }
  }
  expect(await found()).toEqual({})
  await database.close()
}, 120_000)

test('rows of an ingest that was killed before its entries are no fault; one of them that was edited is', async () => {
  recordTrial(journal, 'before').close()
  journal.flush()
  await ingestAll()
  recordTrial(journal, 'cut').close()
  journal.flush()
  const failing: typeof store = {
    ...store,
    append: (rows) => (rows.entries ? Promise.reject(new Error('killed')) : store.append(rows)),
  }
  await expect(ingestHome(home.path, failing)).rejects.toThrow('killed')
  expect(await verify()).toMatchObject({ findings: [] })
  const database = await rawDatabase(home)
  await database.execute(
    "ALTER TABLE spans UPDATE output = 'x' WHERE span = 'cut-1-inner' SETTINGS mutations_sync = 2",
  )
  await database.close()
  expect((await found()).spans).toMatch(/^row cut-1-inner of session .*: output says /)
})

test('rows of other homes are not looked at; rows whose entries were retired are counted, and called neither', async () => {
  recordTrial(journal, 'alpha').close()
  journal.flush()
  await ingestAll()
  const other = openHome(join(home.path, 'other'))
  expect(await verifyProjection(other, store)).toMatchObject({ findings: [], unproven: 0 })

  const database = await rawDatabase(home)
  await database.execute(
    "ALTER TABLE entries DELETE WHERE kind != 'segment_retired' SETTINGS mutations_sync = 2",
  )
  rmSync(join(home.journal, journal.log), { recursive: true })
  expect((await found()).spans).toContain('no entry of the journal adds up to it')
  await database.execute(
    "INSERT INTO entries (log, seq, kind, line) VALUES ('l', 1, 'segment_retired', '{}')",
  )
  await database.close()
  const { findings, unproven } = await verify()
  expect({ findings, isCounted: unproven > 5 }).toEqual({ findings: [], isCounted: true })
})
