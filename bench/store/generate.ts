import { rollupQueries } from '../../src/store/queries/rollup-queries.ts'
import type { Transport } from '../../src/store/transport.ts'

/**
 * Spans as two recorders see them, made inside the engine. A pair of sessions, 21 spans each: in one the model is asked,
 * decides and is told the result, in the other a tool is called twice and a policy judges. Three spans of each are a request,
 * so a chain has six; half of the pairs share a trace, in the other half the second chain is an alias of the first. 30
 * days, 30 tools of 10 servers, 200 users.
 */
const spansPerPair = 42
const days = 30
const endMs = Date.UTC(2026, 10, 21)

/** The time of the last span, in ISO 8601. */
export const end = new Date(endMs).toISOString()

/** Hex of `length` characters that a name and numbers lead to. */
const hex = (length: number, ...of: readonly string[]) =>
  `lower(left(concat(hex(sipHash128(${of.join(', ')})), hex(sipHash128(${of.join(', ')}, 'more'))), ${length}))`

const words = (seed: string, count: string) =>
  `arrayStringConcat(arrayMap(i -> vocabulary[1 + toUInt16(1500 * pow((cityHash64(${seed}, n, i) % 10007) / 10007, 2))], range(${count})), ' ')`

const spanColumns = (pairs: number) => `
WITH arrayMap(i -> lower(hex(toUInt32(cityHash64('word', i) % 16777216))), range(1501)) AS vocabulary,
  intDiv(n, ${spansPerPair}) AS pair, n % ${spansPerPair} AS slot, intDiv(slot, 21) AS side,
  intDiv(slot % 21, 3) AS request, slot % 3 AS step,
  toUInt64(${endMs - days * 86_400_000}) + intDiv(pair * ${days * 86_400_000 - 3_600_000}, ${pairs}) AS opened_ms,
  fromUnixTimestamp64Micro(toInt64(opened_ms * 1000 + request * 60000000 + step * 1500000 + side * 400000 + cityHash64('at', n) % 400000), 'UTC') AS time,
  cityHash64('tool', pair, request, step) % 30 AS tool,
  (side = 0 AND step = 1) AS is_decision, (side = 0 AND step != 1) AS is_model, (side = 1 AND step = 1) AS is_policy
SELECT ${hex(32, "'span'", 'n')} AS span,
  concat(leftPad(lower(hex(opened_ms)), 12, '0'), ${hex(20, "'session'", 'pair', 'side')}) AS session,
  ${hex(32, "'chain'", 'pair', 'request', 'if(pair % 2 = 0, 0, side)')} AS chain,
  if(step = 0, NULL, ${hex(32, "'span'", 'n - step')}) AS parent,
  multiIf(is_model, 'model', is_decision, 'decision', is_policy, 'policy', 'tool') AS kind,
  time AS at,
  if(is_decision OR is_policy, NULL, round(exp(3 + 1.2 * ((cityHash64('ms', n) % 1000) / 250 - 2) + (tool % 5) / 3), 2)) AS duration_ms,
  if(is_model, NULL, concat('server', toString(tool % 10))) AS server,
  if(is_model, 'openai:gpt-5-mini', concat('server', toString(tool % 10), '/tool_', toString(tool))) AS name,
  multiIf(is_policy, if(cityHash64('deny', n) % 50 = 0, 'deny', 'ok'), cityHash64('outcome', n) % 33 = 0, 'tool', 'ok') AS outcome,
  ${hex(64, "'in'", 'n')} AS input_digest, ${hex(64, "'out'", 'n')} AS output_digest,
  concat('user', toString(pair % 200)) AS user, concat('client-', toString(pair % 7), '/1.0') AS client,
  if(is_model, 1200 + n % 800, NULL) AS input_tokens, if(is_model, 40 + n % 90, NULL) AS output_tokens,
  if(is_model, 1300 + n % 900, NULL) AS total_tokens,
  if(step = 0, NULL, 1) AS tier,
  concat('{"user":{"value":"user', toString(pair % 200), '","source":"configured"},"role":{"value":"engineer","source":"configured"}}') AS identity,
  if(is_model, map('principal', 'home', 'provider', 'openai', 'upstream', 'https://api.openai.com/v1'),
    map('principal', 'home', 'call_id', concat('call_', ${hex(24, "'call'", 'n')}))) AS attributes,
  multiIf(is_policy, '', is_model, concat(${words("'p'", '25')}, ' request ', toString(pair)),
    concat('{"path":"src/', vocabulary[1 + n % 1500], '/file_', toString(cityHash64('file', n) % 100000), '.ts","query":"', ${words("'a'", '8')}, '"}')) AS input,
  multiIf(is_policy OR is_decision, '', concat('{"content":[{"type":"text","text":"', ${words("'r'", '60 + n % 60')}, ' id ', ${hex(16, "'id'", 'n')}, '"}]}')) AS output`

const columns = `span, session, chain, parent, kind, at, duration_ms, server, name, outcome, input_digest, output_digest, user,
  client, input_tokens, output_tokens, total_tokens, tier, identity, attributes, input, output`

const blockSpans = 420_000

/** Fills `spans`, and from it the tables that ingest fills beside it. `count` is rounded up to whole pairs of sessions. */
export async function generate(transport: Transport, count: number): Promise<void> {
  const pairs = Math.ceil(count / spansPerPair)
  const total = pairs * spansPerPair
  for (let from = 0; from < total; from += blockSpans)
    await transport.execute(
      `INSERT INTO spans (${columns}) ${spanColumns(pairs)} FROM (SELECT number AS n FROM numbers(${from}, ${Math.min(blockSpans, total - from)}))`,
    )
  await transport.execute(
    'INSERT INTO chain_index (chain, session, at, span) SELECT chain, session, at, span FROM spans',
  )
  await transport.execute(`
INSERT INTO chain_aliases (chain, root, at, seq, link)
WITH ${endMs - days * 86_400_000} + intDiv(pair * ${days * 86_400_000 - 3_600_000}, ${pairs}) AS opened_ms
SELECT ${hex(32, "'chain'", 'pair', 'request', '1')}, ${hex(32, "'chain'", 'pair', 'request', '0')},
  fromUnixTimestamp64Micro(toInt64(opened_ms * 1000 + request * 60000000 + 9000000), 'UTC'), number, ${hex(64, "'link'", 'number')}
FROM (SELECT number, intDiv(number, 7) * 2 + 1 AS pair, number % 7 AS request FROM numbers(${Math.floor(pairs / 2) * 7}))`)
  await transport.execute(`
INSERT INTO links (id, session, at, type, from_span, to_span, tier, evidence, candidates, linker)
SELECT ${hex(64, "'link'", 'span')}, session, at, 'caused', assumeNotNull(parent), span, 1, '{}', [assumeNotNull(parent)], 3
FROM spans WHERE parent IS NOT NULL`)
  for (const { insertAll } of Object.values(rollupQueries)) await transport.execute(insertAll)
}
