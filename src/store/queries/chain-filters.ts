import type { Params } from '../../domain/store.ts'

const timeOf = (parameter: string) => `parseDateTime64BestEffortOrZero({${parameter}:String}, 6, 'UTC')`

/** Of the models of a chain, what a token cost at most. */
const dearest = (prices: string) =>
  `arrayMax(arrayMap(model -> transform(model, {priced:Array(String)}, {${prices}:Array(Float64)}, 0.), models))`

/** Filters of the query `chains` that a row of `chain_summaries` meets or does not. */
const ofSummaries = {
  tool: "arrayExists(tool -> tool = {tool:String} OR endsWith(tool, concat('/', {tool:String})), tools)",
  server: 'has(servers, {server:String})',
  user: 'has(users, {user:String})',
  client:
    "arrayExists(client -> client = {client:String} OR startsWith(client, concat({client:String}, '/')), clients)",
  outcome: 'has(outcomes, {outcome:String})',
  run: 'run = {run:String}',
  // Of all spans, those of runs alone have one.
  source: "(ifNull(run, '') != '') = ({source:String} = 'trial')",
  tier: 'has(tiers, {tier:UInt8})',
  denied: 'denied > 0',
  min_tokens: 'total_tokens >= {min_tokens:UInt64}',
  min_cost: `ifNull(input_tokens, 0) * ${dearest('per_read')} + ifNull(output_tokens, 0) * ${dearest('per_output')} >= {min_cost:Float64}`,
}

const ofWindows = {
  since: `toStartOfFiveMinutes(latest) >= toStartOfFiveMinutes(${timeOf('since')}) AND latest >= ${timeOf('since')}`,
  until: `started < ${timeOf('until')}`,
}

const ofSpans = {
  since: `at >= ${timeOf('since')}`,
  until: `at < ${timeOf('until')}`,
  session: 'startsWith(session, {session:String})',
  text: '(hasAllTokens(input, {text:String}) OR hasAllTokens(output, {text:String}))',
}

// A condition that does nothing costs the engine as much to plan as one that does.
/** The conditions of those that are given, as SQL: `1` where there are none. */
const given = (conditions: Readonly<Record<string, string>>) => (params: Params) =>
  Object.entries(conditions)
    .flatMap(([name, condition]) => (params[name] ? [condition] : []))
    .join('\n  AND ') || '1'

export const meetsFilters = given(ofSummaries)
export const isInWindow = given(ofWindows)
export const isSpanMeant = given(ofSpans)

/** Empty or 0 is no filter. */
export const noFilter = {
  ...{ since: '', until: '', tool: '', server: '', user: '', client: '', outcome: '' },
  ...{
    run: '',
    source: '',
    tier: 0,
    denied: 0,
    min_tokens: 0,
    min_cost: 0,
    priced: [],
    per_read: [],
    per_output: [],
    session: '',
    text: '',
    limit: 50,
  },
}
