import { addColumn, alterTable, fewerParts, partsInOneFile, type Target } from './ddl.ts'
import { rollupQueries } from './queries/rollup-queries.ts'
import { aliasesByRoot, evidenceIndex, firstArguments } from './schema.ts'

interface Change {
  /** Of tables that an earlier version made. */
  readonly tables: (target: Target) => readonly string[]
  /** For rows that are there already. */
  readonly rows: (target: Target) => readonly string[]
}

const ofBeginnings = (value: string) =>
  `(SELECT CAST(groupArray((JSONExtractString(line, 'data', 'run'), ${value})), 'Map(String, String)') FROM entries WHERE kind = 'run_started')[run]`

/** The columns are new, what they say is not. */
const asTheirEntriesSay = `UPDATE
  rescores = ${ofBeginnings("JSONExtractString(line, 'data', 'rescores')")},
  graders = toUInt16OrZero(${ofBeginnings("toString(JSONExtractUInt(line, 'data', 'graders'))")})
WHERE event = 'started' SETTINGS mutations_sync = 1, allow_nondeterministic_mutations = 1`

/**
 * From version 2 on; tables that are missing are made before. Each statement may run twice, and in two processes at once.
 */
export const schemaChanges: readonly Change[] = [
  {
    tables: (target) => [alterTable('spans', `ADD INDEX IF NOT EXISTS ${evidenceIndex}`, target)],
    rows: () => [],
  },
  {
    tables: (target) => [
      alterTable('spans', 'ADD INDEX IF NOT EXISTS by_at at TYPE minmax GRANULARITY 1', target),
    ],
    rows: (target) => [
      alterTable('spans', 'MATERIALIZE INDEX by_at SETTINGS mutations_sync = 1', target),
      rollupQueries.tool_rollups.insertAll.trim(),
    ],
  },
  {
    tables: (target) => [
      alterTable('chain_index', `MODIFY SETTING ${partsInOneFile}`, target),
      alterTable('chain_summaries', `MODIFY SETTING ${partsInOneFile}`, target),
      ...addColumn('chain_summaries', `arguments ${firstArguments} AFTER prompt`, target),
      alterTable('chain_aliases', `ADD PROJECTION IF NOT EXISTS ${aliasesByRoot}`, target),
      alterTable('chain_aliases', 'DROP INDEX IF EXISTS by_root', target),
    ],
    rows: (target) => [
      alterTable('chain_aliases', 'MATERIALIZE PROJECTION by_root SETTINGS mutations_sync = 1', target),
      rollupQueries.chain_summaries.insertAll.trim(),
    ],
  },
  {
    tables: (target) => [
      ...addColumn('runs', 'part String AFTER event', target),
      ...addColumn('runs', 'budget_stops UInt32 AFTER infrastructure_errors', target),
      ...addColumn('trials', 'cost_usd Nullable(Float64) AFTER total_tokens_estimated', target),
    ],
    rows: () => [],
  },
  {
    tables: (target) => [
      ...addColumn('runs', 'rescores String AFTER version', target),
      ...addColumn('runs', 'graders UInt16 AFTER rescores', target),
    ],
    rows: (target) => [alterTable('runs', asTheirEntriesSay, target)],
  },
  {
    tables: (target) => [
      ...addColumn('runs', 'project String AFTER version', target),
      ...addColumn('runs', 'other_cost_usd Nullable(Float64) AFTER budget_stops', target),
    ],
    rows: () => [],
  },
  {
    tables: (target) => [
      ...addColumn('chain_summaries', 'input_tokens Nullable(UInt64) AFTER total_tokens', target),
      ...addColumn('chain_summaries', 'output_tokens Nullable(UInt64) AFTER input_tokens', target),
    ],
    rows: () => [rollupQueries.chain_summaries.insertAll.trim()],
  },
  {
    tables: (target) =>
      target === 'cloud' ? [] : [alterTable('chain_index', `MODIFY SETTING ${fewerParts}`, target)],
    rows: () => [],
  },
]
