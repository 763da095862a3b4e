import type { RollupName } from '../../domain/store.ts'
import { chainRoots } from './chain-roots.ts'

/**
 * How the rows of a rollup are made. `version` is when the making began: what was inserted before is in it, so the last
 * one is right, whoever else was at it.
 */
interface RollupQuery {
  readonly insert: string
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
  readonly aliases: string
  readonly links: string
}

/** Spans of a chain count for its own row, and for that of the chain that it is found under. */
const chainSummaries = ({ spans, aliases, links }: Touched) => `
INSERT INTO chain_summaries (chain, root, started, latest, ended, prompt, arguments, sessions, spans, tool_calls, errors, no_answer, denied,
  tools, servers, models, users, clients, outcomes, tiers, tier, total_tokens, run, trial, version)
SELECT summarised, if(max(known_root) = '', summarised, max(known_root)),
  min(at), max(at),
  max(fromUnixTimestamp64Micro(toUnixTimestamp64Micro(at) + toInt64(ifNull(duration_ms, 0) * 1000), 'UTC')),
  left(argMinOrNullIf(input, at, kind = 'model' AND input != ''), 400) AS said,
  if(said IS NULL, left(argMinOrNullIf(input, at, kind = 'tool' AND server IS NOT NULL AND input != ''), 200), NULL),
  uniqExact(session), count(),
  countIf(kind = 'tool' AND server IS NOT NULL),
  countIf(kind = 'model' AND outcome != 'ok') + ${failedCalls},
  countIf(outcome = 'no_answer'),
  countIf(kind = 'policy' AND outcome = 'deny'),
  ${uniqueNames('name', "kind = 'tool'")},
  ${uniqueNames('server', 'server IS NOT NULL')},
  ${uniqueNames('name', "kind = 'model'")},
  ${uniqueNames('user', 'user IS NOT NULL')},
  ${uniqueNames('client', 'client IS NOT NULL')},
  ${uniqueNames('outcome', '1')},
  arraySort(groupUniqArrayArrayIf([assumeNotNull(tier), joined_tier], tier IS NOT NULL OR joined_tier > 0)),
  max(if(joined_tier > 0, joined_tier, tier)),
  sum(total_tokens), any(run), any(trial), ${version}
FROM (
  SELECT s.*, roots.root AS root, joined.joined_tier AS joined_tier,
    arrayJoin(if(roots.root IN ('', s.chain), [s.chain], [s.chain, roots.root])) AS summarised,
    if(summarised = s.chain, roots.root, '') AS known_root
  FROM (
    SELECT span, session, chain, parent, kind, at, duration_ms, server, name, outcome, user, client, run, trial, total_tokens,
      tier, if(kind IN ('model', 'tool'), left(input, 400), '') AS input
    FROM spans WHERE ${spans}
  ) AS s
  LEFT JOIN (${chainRoots(aliases)}) AS roots ON roots.chain = s.chain
  LEFT JOIN (
    SELECT to_span, min(links.tier) AS joined_tier FROM links
    WHERE (type = 'continues' OR (type = 'caused' AND length(candidates) = 1)) AND ${links} GROUP BY to_span
  ) AS joined ON joined.to_span = s.span
)
GROUP BY summarised
SETTINGS distributed_product_mode = 'global'`

const toolRollups = (spans: string) => `
INSERT INTO tool_rollups (step, bucket, server, name, calls, errors, p50, p95, p99, duration, version)
SELECT step, if(step = 300, toStartOfFiveMinutes(at), toStartOfHour(at)) AS bucket, assumeNotNull(server), name,
  count(), countIf(outcome != 'ok'),
  quantileExactOrNull(0.5)(duration_ms), quantileExactOrNull(0.95)(duration_ms), quantileExactOrNull(0.99)(duration_ms),
  quantilesTDigestStateIf(0.5, 0.95, 0.99)(assumeNotNull(duration_ms), duration_ms IS NOT NULL), ${version}
FROM (
  SELECT at, server, name, outcome, duration_ms, arrayJoin([300, 3600]) AS step
  FROM spans WHERE kind = 'tool' AND server IS NOT NULL AND ${spans}
)
GROUP BY step, bucket, server, name`

const inChains = 'chain IN {chains:Array(String)}'
const inHours = `at >= toDateTime({from:String}, 'UTC') AND at < toDateTime({to:String}, 'UTC')
  AND has({hours:Array(UInt32)}, toUnixTimestamp(toStartOfHour(at)))`

export const rollupQueries = {
  /** `chains`: those that were touched, with all that are found under one of them and the one that they are found under. */
  chain_summaries: {
    insert: chainSummaries({
      spans: `(session, at, span) IN (SELECT session, at, span FROM chain_index WHERE ${inChains})`,
      aliases: inChains,
      links: `session IN (SELECT session FROM chain_index WHERE ${inChains})`,
    }),
    insertAll: chainSummaries({ spans: '1', aliases: '1', links: '1' }),
  },
  /** `hours`: their beginnings, in seconds; all lie from `from` on and end before `to`. */
  tool_rollups: { insert: toolRollups(inHours), insertAll: toolRollups('1') },
} satisfies Record<RollupName, RollupQuery>
