import type { Params, RollupName } from '../../domain/store.ts'
import { chainRoots } from './chain-roots.ts'

/**
 * How the rows of a rollup are made. `version` is when the making began: what was inserted before is in it, so the last
 * one is right, whoever else was at it.
 */
interface RollupQuery {
  /** The rows as they are to be; with them what bounds a value that no two makings have alike. */
  readonly rows: (params: Params) => string
  readonly insert: (params: Params) => string
  /** Makes all rows. */
  readonly insertAll: string
}

const version = 'toUnixTimestamp64Micro(now64(6))'

/** A tool call that failed because the call that it made did is no second error. */
const failedCalls = `length(arrayFilter(
    call -> NOT has(groupArrayIf(assumeNotNull(parent), kind = 'tool' AND outcome != 'ok' AND parent IS NOT NULL), call),
    groupArrayIf(span, kind = 'tool' AND outcome != 'ok')))`

const uniqueNames = (column: string, condition: string) =>
  `arraySort(groupUniqArrayIf(assumeNotNull(toString(${column})), ${condition}))`

interface Touched {
  readonly spans: string
  /** Null where there are none. */
  readonly aliases: string | null
  readonly links: string
}

/** What each column is made of. */
type Made = Readonly<Record<string, string>>

const summary: Made = {
  chain: 'summarised',
  root: "if(max(known_root) = '', summarised, max(known_root))",
  started: 'min(at)',
  latest: 'max(at)',
  ended:
    "max(fromUnixTimestamp64Micro(toUnixTimestamp64Micro(at) + toInt64(ifNull(duration_ms, 0) * 1000), 'UTC'))",
  prompt: "left(argMinOrNullIf(input, at, kind = 'model' AND input != ''), 400)",
  arguments:
    "if(countIf(kind = 'model' AND input != '') = 0, left(argMinOrNullIf(input, at, kind = 'tool' AND server IS NOT NULL AND input != ''), 200), NULL)",
  sessions: 'uniqExact(session)',
  spans: 'count()',
  tool_calls: "countIf(kind = 'tool' AND server IS NOT NULL)",
  errors: `countIf(kind = 'model' AND outcome != 'ok') + ${failedCalls}`,
  no_answer: "countIf(outcome = 'no_answer')",
  denied: "countIf(kind = 'policy' AND outcome = 'deny')",
  tools: uniqueNames('name', "kind = 'tool'"),
  servers: uniqueNames('server', 'server IS NOT NULL'),
  models: uniqueNames('name', "kind = 'model'"),
  users: uniqueNames('user', 'user IS NOT NULL'),
  clients: uniqueNames('client', 'client IS NOT NULL'),
  outcomes: uniqueNames('outcome', '1'),
  tiers:
    'arraySort(groupUniqArrayArrayIf([assumeNotNull(tier), joined_tier], tier IS NOT NULL OR joined_tier > 0))',
  tier: 'max(if(joined_tier > 0, joined_tier, tier))',
  total_tokens: 'sum(total_tokens)',
  input_tokens: 'sum(input_tokens)',
  output_tokens: 'sum(output_tokens)',
  run: 'min(run)',
  trial: 'min(trial)',
}

/** To make machine code of all these expressions takes longer than to work them out for the chains of a batch. */
const uncompiled = 'compile_expressions = 0, compile_aggregate_expressions = 0'

const values = (made: Made) => Object.values(made).join(',\n  ')
const names = (made: Made) => Object.keys(made).join(', ')
/** Under names that no column has, since SQL would take the one for the other. */
const named = (made: Made) =>
  Object.entries(made)
    .map(([name, value]) => `${value} AS made_${name}`)
    .join(',\n  ')
const renamed = (made: Made) =>
  Object.keys(made)
    .map((name) => `made_${name} AS ${name}`)
    .join(', ')

/**
 * Spans of a chain count for its own row, and for that of the chain that it is found under. Where no chain is found under
 * another, to look for that takes a fifth of the time.
 */
const summarised = ({ spans, aliases, links }: Touched) => `
FROM (
  SELECT s.*, joined.joined_tier AS joined_tier, ${
    aliases === null
      ? "s.chain AS summarised, '' AS known_root"
      : `arrayJoin(if(roots.root IN ('', s.chain), [s.chain], [s.chain, roots.root])) AS summarised,
    if(summarised = s.chain, roots.root, '') AS known_root`
  }
  FROM (
    SELECT span, session, chain, parent, kind, at, duration_ms, server, name, outcome, user, client, run, trial, total_tokens,
      input_tokens, output_tokens, tier, if(kind IN ('model', 'tool'), left(input, 400), '') AS input
    FROM spans WHERE ${spans}
  ) AS s
  ${aliases === null ? '' : `LEFT JOIN (${chainRoots(aliases)}) AS roots ON roots.chain = s.chain`}
  LEFT JOIN (
    SELECT to_span, min(links.tier) AS joined_tier FROM links
    WHERE (type = 'continues' OR (type = 'caused' AND length(candidates) = 1)) AND ${links} GROUP BY to_span
  ) AS joined ON joined.to_span = s.span
)
GROUP BY summarised`

const chainSummaries = (touched: Touched) => `
INSERT INTO chain_summaries (${names(summary)}, version)
SELECT ${values(summary)}, ${version}
${summarised(touched)}
SETTINGS distributed_product_mode = 'global', ${uncompiled}`

const calls: Made = {
  step: 'step',
  bucket: 'if(step = 300, toStartOfFiveMinutes(at), toStartOfHour(at))',
  server: 'assumeNotNull(server)',
  name: 'name',
  calls: 'count()',
  errors: "countIf(outcome != 'ok')",
  p50: 'quantileExactOrNull(0.5)(duration_ms)',
  p95: 'quantileExactOrNull(0.95)(duration_ms)',
  p99: 'quantileExactOrNull(0.99)(duration_ms)',
  duration: 'quantilesTDigestStateIf(0.5, 0.95, 0.99)(assumeNotNull(duration_ms), duration_ms IS NOT NULL)',
}

const called = (spans: string) => `
FROM (
  SELECT at, server, name, outcome, duration_ms, arrayJoin([300, 3600]) AS step
  FROM spans WHERE kind = 'tool' AND server IS NOT NULL AND ${spans}
)
GROUP BY ${['step', calls.bucket, calls.server, 'name'].join(', ')}`

const toolRollups = (spans: string) => `
INSERT INTO tool_rollups (${names(calls)}, version)
SELECT ${values(calls)}, ${version}
${called(spans)}
SETTINGS ${uncompiled}`

/** What is found under `roots` the database knows: there may be more of it than a parameter is good for. */
const inChains = ({ alone, roots }: Params) => {
  if (alone) return 'chain IN {alone:Array(String)}'
  return roots
    ? `chain IN (
  SELECT arrayJoin({chains:Array(String)}) UNION ALL
  SELECT chain FROM chain_aliases WHERE root IN {roots:Array(String)})`
    : 'chain IN {chains:Array(String)}'
}
// Of `toDateTime`, to the second, the engine makes a range that leaves out a part whose times all lie in its last second.
const inHours = `at >= toDateTime64({from:String}, 6, 'UTC') AND at < toDateTime64({to:String}, 6, 'UTC')
  AND has({hours:Array(UInt32)}, toUnixTimestamp(toStartOfHour(at)))`

const inSessions = 'session IN {sessions:Array(String)}'

function ofChains(params: Params): Touched {
  if (params.sessions) return { spans: inSessions, aliases: null, links: inSessions }
  const chains = inChains(params)
  return {
    spans: `(session, at, span) IN (SELECT session, at, span FROM chain_index WHERE ${chains})`,
    aliases: params.alone ? null : chains,
    links: `session IN (SELECT session FROM chain_index WHERE ${chains})`,
  }
}

export const rollupQueries = {
  /**
   * `chains`: those that were touched, or that these are found under; with `roots` all that is found under one of these too.
   * `alone` instead: chains that are found under no other, and no other under them; or `sessions` that have none but such
   * chains, and all of these.
   */
  chain_summaries: {
    rows: (params) =>
      `SELECT ${renamed(summary)} FROM (SELECT ${named(summary)} ${summarised(ofChains(params))})`,
    insert: (params) => chainSummaries(ofChains(params)),
    insertAll: chainSummaries({ spans: '1', aliases: '1', links: '1' }),
  },
  /** `hours`: their beginnings, in seconds; all lie from `from` on and end before `to`. */
  tool_rollups: {
    rows: () => `SELECT ${renamed(calls)}, bounds FROM (SELECT ${named(calls)},
  quantilesExactIf(0.47, 0.53, 0.92, 0.98, 0.96, 1)(assumeNotNull(duration_ms), duration_ms IS NOT NULL) AS bounds
  ${called(inHours)})`,
    insert: () => toolRollups(inHours),
    insertAll: toolRollups('1'),
  },
} satisfies Record<RollupName, RollupQuery>
