import type { Retention } from '../domain/store.ts'
import { alterTable, type Target } from './ddl.ts'
import type { tables } from './schema.ts'
import type { Transport } from './transport.ts'

type TimeColumns = { readonly [Table in keyof typeof tables]?: string }

/**
 * The tables of each kind, with the column that tells the age of a row. They are partitioned by month, and a month goes as a
 * whole. Entries and bodies stay as long as the journal does: by them ingest knows how far it is.
 */
const kinds: Readonly<Record<keyof Retention, TimeColumns>> = {
  spans: { spans: 'at', chain_index: 'at', chain_summaries: 'latest' },
  policy_decisions: { policy_decisions: 'at' },
  evaluations: { trials: 'at', scores: 'at' },
  rollups: { tool_rollups: 'bucket' },
}

interface TimeToLive {
  readonly table: keyof typeof tables
  /** As the engine writes it; empty where rows are kept. */
  readonly expression: string
}

const timesToLive = (retention: Retention): readonly TimeToLive[] =>
  (Object.keys(kinds) as (keyof Retention)[]).flatMap((kind) => {
    const days = retention[kind]
    const columns = Object.entries(kinds[kind]) as [keyof typeof tables, string][]
    return columns.map(([table, column]) => ({
      table,
      expression: days === undefined ? '' : `toDateTime(${column}) + toIntervalDay(${days})`,
    }))
  })

/** What makes a table keep its rows for so long. */
function statements({ table, expression }: TimeToLive, target: Target): readonly string[] {
  if (expression === '') return [alterTable(table, 'REMOVE TTL', target)]
  return [
    alterTable(table, 'MODIFY SETTING ttl_only_drop_parts = 1', target),
    alterTable(table, `MODIFY TTL ${expression}`, target),
  ]
}

/** For tables that keep everything, as they do when they are made. */
export function retentionStatements(retention: Retention, target: Target): readonly string[] {
  const limited = timesToLive(retention).filter(({ expression }) => expression !== '')
  return limited.flatMap((time) => statements(time, target))
}

/** Makes the tables keep rows for as long as `retention` says, and without limit where it says nothing; which ones it changed. */
export async function applyRetention(
  transport: Transport,
  retention: Retention,
  target: Target,
): Promise<readonly string[]> {
  const there = await timesThere(transport)
  const changed = timesToLive(retention).filter(
    ({ table, expression }) =>
      (there.get(target === 'cluster' ? `${table}_local` : table) ?? '') !== expression,
  )
  for (const time of changed)
    for (const statement of statements(time, target)) await transport.execute(statement)
  return changed.map(({ table }) => table)
}

/** Has the tables of one database keep rows for as long as those of another. */
export async function copyRetention(from: Transport, to: Transport, target: Target): Promise<void> {
  const limited = [...(await timesThere(from))].filter(([, expression]) => expression !== '')
  for (const time of timesToLive({})) {
    const [, expression] = limited.find(([table]) => table === time.table) ?? []
    if (expression !== undefined)
      for (const statement of statements({ ...time, expression }, target)) await to.execute(statement)
  }
}

async function timesThere(transport: Transport): Promise<ReadonlyMap<string, string>> {
  const sql = `SELECT name, extract(engine_full, ' TTL (.+) SETTINGS ') AS expression
    FROM system.tables WHERE database = currentDatabase()`
  const there = new Map<string, string>()
  for await (const { name, expression } of transport.select<{ name: string; expression: string }>(sql, {}))
    there.set(name, expression)
  return there
}
