import { project } from '../../chain/project.ts'
import type { Row } from '../../domain/store.ts'
import type { MisplacedRow, TotalRow } from '../queries.ts'
import { chainIndexRow } from '../rows.ts'
import { rowsOf } from '../rows-of.ts'
import { journalSessions } from './journal-sessions.ts'
import type { Projected } from './projected.ts'
import { rowProblems } from './row-findings.ts'

/** Rows that are in the engine's memory at a time. */
const partRows = 500_000

/** The index of chains: against the spans, in the engine; where they part, against the journal. */
export async function verifyChainIndex(projected: Projected): Promise<void> {
  const { store, tally } = projected
  const totals = [...(await rowsOf(store.query<TotalRow>('rows_chain_index')))]
  const rows = totals[0]?.rows ?? 0
  const parts = Math.ceil(rows / partRows) || 1
  let bad = 0
  for (let part = 0; part < parts && !tally.isBad('chain_index'); part++) {
    const misplaced = await rowsOf(store.query<MisplacedRow>('misplaced_spans', { parts, part }))
    bad += judge(projected, misplaced)
  }
  tally.count('chain_index', rows - bad)
}

/** How many of these rows of the index are not what the journal adds up to. */
function judge(projected: Projected, misplaced: readonly MisplacedRow[]): number {
  if (misplaced.length === 0) return 0
  const { tally, positions, isRetired } = projected
  const journal = journalSessions(projected.home, new Set(misplaced.map(({ session }) => session)))
  const named = new Set(misplaced.map(({ span }) => span))
  const rowsOfSpans = (isIngested: boolean) =>
    [...journal.values()].flatMap((entries) => {
      const some = isIngested ? entries.filter(({ log, seq }) => seq < (positions.get(log) ?? 0)) : entries
      return project(some).spans.map(chainIndexRow)
    })
  const keyed = (rows: readonly Row[]) =>
    new Map(rows.filter(({ span }) => named.has(`${span}`)).map((row) => [`${row.span}`, row]))
  const required = keyed(rowsOfSpans(true))
  const stored = misplaced.flatMap(({ rows, ...row }) => new Array<Row>(rows).fill(row))
  const problems = rowProblems('chain_index', stored, keyed(rowsOfSpans(false)), ({ span }) => `${span}`)
  const isRequired = problems.filter(({ id, problem }) => problem !== 'missing' || required.has(id))
  for (const each of isRequired)
    if (each.problem === 'missing' && !tally.keeps('chain_index', each.row.at)) tally.expired += 1
    else if (isRetired && !journal.has(each.session)) tally.unproven += 1
    else tally.report('chain_index', each)
  return isRequired.filter(({ problem }) => problem !== 'missing').length
}
