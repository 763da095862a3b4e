import type { Entry } from '../../domain/entry.ts'
import type { Row } from '../../domain/store.ts'
import { readJournal } from '../../journal/reader.ts'
import { type EntryTable, entryTables, rowsIn } from '../entry-tables.ts'
import { listsOf } from '../lists.ts'
import type { LineRow, OrphanRow, TotalRow } from '../queries.ts'
import { rowsOf } from '../rows-of.ts'
import { selectIn } from '../select-in.ts'
import type { Projected } from './projected.ts'
import { rowProblems } from './row-findings.ts'

/** Entries that are looked at together. */
const groupSize = 1_000
/** Ids that are in the engine's memory at a time. */
const partRows = 500_000

/** The tables whose rows are each made of one entry: those of every entry first, then those that no entry speaks of. */
export async function verifyEntryRows(projected: Projected): Promise<void> {
  const { store, logs } = projected
  const expected = new Map<EntryTable['name'], number>()
  let group: Entry[] = []
  const verifyAll = async () => {
    for (const table of entryTables) {
      const rows = group.flatMap((entry) => rowsIn(table, entry))
      expected.set(table.name, (expected.get(table.name) ?? 0) + rows.length)
      for (const some of listsOf(rows, table.id)) await verifyRows(projected, table, some)
    }
    group = []
  }
  for await (const { line } of selectIn<LineRow>(store, 'telling_lines', logs)) {
    group.push(JSON.parse(line))
    if (group.length === groupSize) await verifyAll()
  }
  await verifyAll()
  for (const table of entryTables) await verifyUnspoken(projected, table, expected.get(table.name) ?? 0)
}

async function verifyRows(
  { store, tally }: Projected,
  { name, id, scope }: EntryTable,
  wanted: readonly Row[],
): Promise<void> {
  const expected = new Map(wanted.map((row) => [id(row), row]))
  const scopes = [...new Set(wanted.map((row) => `${row[scope]}`))]
  const rows = await rowsOf(store.query<Row>(`projected_${name}`, { scopes, ids: [...expected.keys()] }))
  const problems = rowProblems(name, rows, expected, id)
  tally.count(name, rows.length - problems.filter(({ problem }) => problem !== 'missing').length)
  for (const problem of problems)
    if (problem.problem === 'missing' && !tally.keeps(name, problem.row.at)) tally.expired += 1
    else tally.report(name, problem)
}

/** Where there are more rows than entries speak of, or may be. */
async function verifyUnspoken(projected: Projected, { name }: EntryTable, expected: number): Promise<void> {
  const { store, tally, isRetired } = projected
  const [total] = await rowsOf(store.query<TotalRow>(`rows_${name}`))
  const rows = total?.rows ?? 0
  if (tally.isBad(name) || (rows === expected && !tally.limits(name))) return
  const parts = Math.ceil(rows / partRows) || 1
  let coming: ReadonlySet<string> | null = null
  for (let part = 0; part < parts; part++)
    for (const { id, session } of await rowsOf(store.query<OrphanRow>(`unspoken_${name}`, { parts, part }))) {
      coming ??= await comingIds(projected, name)
      if (coming.has(id)) continue
      const problem = { id, session, problem: 'added', column: null, row: {} } as const
      if (isRetired) tally.unproven += 1
      else tally.report(name, problem)
    }
}

/** What the entries make that were not ingested: whoever ingested was ended between these rows and theirs, or is at it. */
async function comingIds(projected: Projected, name: EntryTable['name']): Promise<ReadonlySet<string>> {
  const journal = readJournal(projected.home)
  const ids = new Set<string>()
  for (const { log } of await journal.logs())
    for await (const { entry } of journal.entries(log, projected.positions.get(log) ?? 0))
      for (const table of entryTables)
        for (const row of rowsIn(table, entry)) {
          if (table.name === name) ids.add(table.id(row))
          if (table.name === 'chain_aliases') projected.unsettle(row)
        }
  return ids
}
