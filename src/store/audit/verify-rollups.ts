import type { Row } from '../../domain/store.ts'
import type { AliasRow, OrphanRow, TotalRow } from '../queries.ts'
import { joinedTo } from '../refresh-rollups.ts'
import { rowsOf } from '../rows-of.ts'
import { selectIn } from '../select-in.ts'
import { hourOf, type Projected } from './projected.ts'
import { type RowProblem, rowProblems } from './row-findings.ts'

/** Chains that are summed up in one query. */
const groupSize = 1_000
const daySeconds = 86_400
const hourSeconds = 3_600

/** What is summed up of spans and links, summed up again where they are. */
export async function verifyRollups(projected: Projected): Promise<void> {
  await verifySummaries(projected)
  await verifyCalls(projected)
}

async function verifySummaries(projected: Projected): Promise<void> {
  const { store, tally, unsettledChains } = projected
  const lagging = await joinedTo(store, [...unsettledChains])
  let chains = 0
  let group: string[] = []
  const verifyGroup = async () => {
    chains += group.length
    const [problems, rows] = await settled(() => summaryProblems(projected, group))
    tally.count('chain_summaries', rows - problems.length)
    for (const problem of problems)
      if (!lagging.has(problem.id)) tell(projected, 'chain_summaries', problem, problem.row.started)
    group = []
  }
  for await (const { chain } of store.query<{ chain: string }>('summarised_chains')) {
    group.push(chain)
    if (group.length === groupSize) await verifyGroup()
  }
  if (group.length > 0) await verifyGroup()
  await verifyUnsummarised(projected, chains)
}

async function summaryProblems({ store }: Projected, chains: readonly string[]) {
  // A row is whole with all that is found under its chain, and under those that its chain is found under.
  const found = await rowsOf(selectIn<AliasRow>(store, 'roots', chains))
  const roots = [...new Set([...chains, ...found.map(({ root }) => root)])]
  const wanted = await rowsOf(store.query<Row>('expected_summaries', { chains: roots, roots }))
  const rows = await rowsOf(store.query<Row>('stored_summaries', { chains }))
  const own = new Set(chains)
  const idOf = ({ chain }: Row) => `${chain}`
  const expected = new Map(wanted.filter((row) => own.has(idOf(row))).map((row) => [idOf(row), row]))
  return [rowProblems('chain_summaries', rows, expected, idOf), rows.length] as const
}

async function verifyUnsummarised(projected: Projected, chains: number): Promise<void> {
  const { store } = projected
  const [total] = await rowsOf(store.query<TotalRow>('rows_chain_summaries'))
  if ((total?.rows ?? 0) <= chains) return
  for (const { id } of await rowsOf(store.query<OrphanRow>('unsummarised'))) {
    const problem = { id, session: '', problem: 'added', column: null, row: {} } as const
    tell(projected, 'chain_summaries', problem, 0)
  }
}

async function verifyCalls(projected: Projected): Promise<void> {
  const { store, tally, unsettledHours } = projected
  const days = await rowsOf(store.query<{ day: number }>('call_days'))
  for (const { day } of days) {
    const [problems, rows] = await settled(() => callProblems(projected, day))
    tally.count('tool_rollups', rows - problems.length)
    for (const problem of problems)
      if (!unsettledHours.has(hourOf(problem.row.bucket)))
        tell(projected, 'tool_rollups', problem, problem.row.bucket)
  }
}

async function callProblems({ store }: Projected, day: number) {
  const hours = Array.from({ length: 24 }, (_, hour) => day + hour * hourSeconds)
  const range = { from: timeOf(day), to: timeOf(day + daySeconds) }
  const wanted = await rowsOf(store.query<CallRow>('expected_rollups', { ...range, hours }))
  const rows = await rowsOf(store.query<CallRow>('stored_rollups', range))
  const expected = new Map(wanted.map((row) => [callId(row), row]))
  const problems = rowProblems('tool_rollups', rows, expected, callId)
  const bent = rows.flatMap((row): readonly RowProblem[] => {
    const made = expected.get(callId(row))
    if (!made || isLike(row.quantiles, made)) return []
    const column = { column: 'duration', says: row.quantiles, wanted: made.quantiles }
    return [{ id: callId(row), session: '', problem: 'changed', column, row }]
  })
  return [[...problems, ...bent], rows.length] as const
}

interface CallRow extends Row {
  readonly quantiles: readonly number[]
  /** Between each two lies one of the quantiles, whatever order the values came in. */
  readonly bounds: readonly number[]
}

const callId = ({ step, bucket, server, name }: Row) =>
  `${name} of ${server} in ${step} s from ${`${bucket}`.replace('T', ' ').replace('Z', '')}`

/** A digest is not the same twice where it holds many values; then its quantiles are those of nearby ranks. */
function isLike(quantiles: readonly number[], made: CallRow): boolean {
  return quantiles.every((value, index) => {
    const wanted = made.quantiles[index] ?? 0
    const [from = 0, to = 0] = made.bounds.slice(2 * index)
    const slack = 1e-4 * Math.max(1, Math.abs(wanted))
    return Math.abs(value - wanted) <= slack || (value >= from - slack && value <= to + slack)
  })
}

const timeOf = (seconds: number) => new Date(seconds * 1_000).toISOString().slice(0, 19).replace('T', ' ')

/** An ingest that is at it makes the spans first: what differs is looked at again. */
async function settled<T extends readonly [readonly RowProblem[], number]>(
  look: () => Promise<T>,
): Promise<T> {
  const first = await look()
  return first[0].length === 0 ? first : look()
}

/** Where spans may be gone, nothing says what they added up to. */
function tell(
  { tally, isRetired }: Projected,
  table: 'chain_summaries' | 'tool_rollups',
  problem: RowProblem,
  at: unknown,
): void {
  if (isRetired || !tally.keeps('spans', at)) tally.unproven += 1
  else tally.report(table, problem)
}
