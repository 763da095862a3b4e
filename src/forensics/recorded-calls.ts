import type { RecordedCall, RecordedFailure } from '../domain/cassette.ts'
import type { BodyRef, EntryData } from '../domain/entry.ts'
import { isJsonObject, readJson } from '../domain/json.ts'
import type { ToolResult } from '../domain/tool.ts'
import type { SpanRow } from '../store/queries.ts'
import { toToolResult } from '../tools/tool-result.ts'
import type { ChainRecord } from './chain-record.ts'

/** A call of a chain, with its row; ids of placeholders are still those of the home. */
export interface ChainCall extends RecordedCall {
  readonly row: SpanRow
}

/** The calls of a chain that reached servers, in order. `problems` says of which the recording is not whole. */
export function recordedCalls(record: ChainRecord): {
  readonly calls: readonly ChainCall[]
  readonly problems: readonly string[]
} {
  const problems: string[] = []
  const calls = record.spans.flatMap((row): readonly ChainCall[] => {
    if (row.kind !== 'tool' || row.server === null) return []
    const request = record.toolRequests.get(row.span)
    const given = request && objectIn(request.arguments, record)
    const answer = answerOf(row, record)
    if (!given) problems.push(`the arguments of ${row.name} were cut or erased`)
    if (!answer) problems.push(`the result of ${row.name} was cut or erased`)
    return given && answer ? [{ tool: row.name, arguments: given, answer, row }] : []
  })
  return { calls, problems }
}

function answerOf({ span, outcome }: SpanRow, record: ChainRecord): ToolResult | RecordedFailure | null {
  const answer = record.toolResults.get(span)
  if (!answer) return { layer: 'no_answer', code: null, message: null }
  const { layer, code, message } = answer.outcome
  if (layer !== 'ok' && layer !== 'tool') return { layer, code, message }
  const result = answer.result && objectIn(answer.result, record)
  return outcome === layer && result ? toToolResult(result) : null
}

function objectIn(ref: BodyRef, { text }: ChainRecord) {
  const value = readJson(text(ref) ?? '')
  return isJsonObject(value) ? value : null
}

/** Decisions of a model of which no call was recorded: for a tool of the client's own, or malformed, or given up. */
export function unsentDecisions({ spans, links, decisions }: ChainRecord): readonly EntryData['decision'][] {
  const causes = new Set([
    ...spans.flatMap(({ kind, parent }) => (kind === 'tool' && parent ? [parent] : [])),
    ...links.flatMap(({ type, from_span, candidates }) =>
      type === 'caused' ? [from_span, ...candidates] : [],
    ),
  ])
  return [...decisions.values()].filter(({ span }) => !causes.has(span))
}
