import { project } from '../../chain/project.ts'
import type { Entry } from '../../domain/entry.ts'
import type { Row } from '../../domain/store.ts'
import type { EntryLineRow, OrphanRow, SessionRow, TextHashRow } from '../queries.ts'
import { decisionRows, spanRow, textDigests } from '../rows.ts'
import { rowsOf } from '../rows-of.ts'
import { selectIn } from '../select-in.ts'
import { journalSessions } from './journal-sessions.ts'
import type { Projected } from './projected.ts'
import { type RowProblem, rowProblems } from './row-findings.ts'

/** What is in memory at a time. */
const maxEntries = 5_000
const maxSessions = 1_000

const sessionTables = ['spans', 'policy_decisions'] as const
type SessionTable = (typeof sessionTables)[number]
type BySession<T> = ReadonlyMap<string, T>
type Expected = Readonly<Record<SessionTable, ReadonlyMap<string, Row>>>

const spanOf = ({ span }: Row) => `${span}`

/**
 * The tables whose rows are what a session's entries add up to. The entries in the database, which are compared with the
 * journal byte by byte, say what is to be there; where that is not what is there, the journal itself is asked.
 */
export async function verifySessions(projected: Projected): Promise<void> {
  const { store, logs } = projected
  let batch: string[] = []
  let entries = 0
  for await (const row of store.query<SessionRow>('sessions')) {
    if (!row.logs.some((log) => logs.has(log))) continue
    batch.push(row.session)
    entries += row.entries
    if (entries < maxEntries && batch.length < maxSessions) continue
    await verifyBatch(projected, batch)
    batch = []
    entries = 0
  }
  if (batch.length > 0) await verifyBatch(projected, batch)
  await verifyOrphans(projected)
}

async function verifyBatch(projected: Projected, sessions: readonly string[]): Promise<void> {
  const entries = new Map<string, Entry[]>(sessions.map((session) => [session, []]))
  for await (const { line } of selectIn<EntryLineRow>(projected.store, 'session_lines', sessions)) {
    const entry: Entry = JSON.parse(line)
    entries.get(entry.session ?? '')?.push(entry)
  }
  const expected = await expectedOf(projected, entries)
  for (const table of sessionTables) {
    const rows = await rowsOf(selectIn<Row>(projected.store, `projected_${table}`, sessions))
    const problems = rowProblems(table, rows, expected[table], spanOf)
    const suspects = new Set(problems.map(({ session }) => session))
    projected.tally.count(table, rows.filter(({ session }) => !suspects.has(`${session}`)).length)
    if (suspects.size > 0) await judge(projected, table, rows, suspects)
  }
}

/** Sessions that no entry in the database is of. */
async function verifyOrphans(projected: Projected): Promise<void> {
  for (const table of sessionTables) {
    const orphans = await rowsOf(projected.store.query<OrphanRow>(`orphans_${table}`))
    const sessions = [...new Set(orphans.map(({ session }) => session))]
    for (let start = 0; start < sessions.length; start += maxSessions) {
      const some = new Set(sessions.slice(start, start + maxSessions))
      const rows = await rowsOf(selectIn<Row>(projected.store, `projected_${table}`, some))
      await judge(projected, table, rows, some)
    }
  }
}

/** By what the journal has of these sessions: all of it may have rows, what was ingested must have. */
async function judge(
  projected: Projected,
  table: SessionTable,
  rows: readonly Row[],
  sessions: ReadonlySet<string>,
): Promise<void> {
  const { tally } = projected
  const own = rows.filter(({ session }) => sessions.has(`${session}`))
  if (tally.isBad(table)) return
  const journal = journalSessions(projected.home, sessions)
  const allowed = (await expectedOf(projected, journal))[table]
  const required = (await expectedOf(projected, ingestedPart(projected, journal)))[table]
  const problems = rowProblems(table, own, allowed, spanOf).filter(
    ({ id, problem }) => problem !== 'missing' || required.has(id),
  )
  for (const row of own) if (!required.has(spanOf(row)) && allowed.has(spanOf(row))) projected.unsettle(row)
  tally.count(table, own.length - problems.filter(({ problem }) => problem !== 'missing').length)
  for (const problem of problems) tellSession(projected, table, problem, journal.get(problem.session))
}

function tellSession(
  { tally, isRetired }: Projected,
  table: SessionTable,
  problem: RowProblem,
  entries: readonly Entry[] = [],
): void {
  const isWhole = entries.some(({ kind }) => kind === 'session_opened')
  if (problem.problem === 'missing' && !tally.keeps(table, problem.row.at)) tally.expired += 1
  else if (isRetired && !isWhole) tally.unproven += 1
  else tally.report(table, problem)
}

function ingestedPart({ positions }: Projected, entries: BySession<readonly Entry[]>) {
  const isIngested = ({ log, seq }: Entry) => seq < (positions.get(log) ?? 0)
  return new Map(Array.from(entries, ([session, own]) => [session, own.filter(isIngested)]))
}

async function expectedOf({ store }: Projected, sessions: BySession<readonly Entry[]>): Promise<Expected> {
  const all = Array.from(sessions.values(), (entries) => ({ entries, spans: project(entries).spans }))
  const digests = all.flatMap(({ spans }) => spans.flatMap(textDigests))
  const hashes = new Map<string, string>()
  for await (const { digest, hash } of selectIn<TextHashRow>(store, 'text_hashes', digests))
    hashes.set(digest, hash)
  const keyed = (rows: readonly Row[]) => new Map(rows.map((row) => [spanOf(row), row]))
  return {
    spans: keyed(all.flatMap(({ spans }) => spans.map((span) => spanRow(span, hashes)))),
    policy_decisions: keyed(all.flatMap(({ entries, spans }) => decisionRows(entries, spans))),
  }
}
