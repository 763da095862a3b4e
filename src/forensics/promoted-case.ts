import type { RecordedCall } from '../domain/cassette.ts'
import type { EntryData } from '../domain/entry.ts'
import { isJsonObject, type Json, readJson } from '../domain/json.ts'
import type { Tool } from '../domain/tool.ts'
import type { SpanRow } from '../store/queries.ts'
import type { ChainRecord } from './chain-record.ts'
import { expectedArgs, type WrittenMatcher } from './expected-args.ts'
import { localIds, shownIds } from './local-ids.ts'
import { type ChainCall, recordedCalls, unsentDecisions } from './recorded-calls.ts'

/** A case as a suite writes it, with what a person must decide. */
export interface PromotedCase {
  readonly prompt: string
  readonly calls: readonly PromotedCall[]
  /** Said of the case as a whole. */
  readonly decide: readonly string[]
  readonly remarks: readonly string[]
  /** What the tools will answer. */
  readonly recorded: readonly RecordedCall[]
  readonly problems: readonly string[]
}

export interface PromotedCall {
  readonly tool: string
  readonly args: Readonly<Record<string, WrittenMatcher>>
  readonly decide: readonly string[]
  readonly remarks: readonly string[]
}

/** What happened, as what is expected; where that may not be what should have happened, a person is asked. */
export function promoteCase(record: ChainRecord, prompt: string, tools: readonly Tool[]): PromotedCase {
  const local = localIds()
  const shown = shownIds()
  const { calls, problems } = recordedCalls(record)
  const words = local.text(prompt)
  shown.show(words)
  const recorded: RecordedCall[] = []
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  const promoted = calls.flatMap((call): readonly PromotedCall[] => {
    const given = local.json(call.arguments)
    // Not `local.json`: blocks of content are no plain JSON to the compiler.
    const answer: RecordedCall['answer'] = JSON.parse(local.text(JSON.stringify(call.answer)))
    recorded.push({ tool: call.tool, arguments: given, answer })
    const tool = byName.get(call.tool)
    const expected = tool && expectedArgs(given, tool, shown.use)
    shown.show(JSON.stringify(answer))
    if (!expected) return []
    const { args, decide, remarks } = expected
    return [{ tool: call.tool, args, decide: [...decide, ...doubtsAbout(call, record)], remarks }]
  })
  const unknown = calls.filter(({ tool }) => !byName.has(tool)).map(({ tool }) => tool)
  const { decide, remarks } = aboutAll(record, calls, local.text)
  return {
    prompt: words,
    calls: promoted,
    decide: [
      ...new Set(
        unknown.map((tool) => `${tool} was called, which is no tool of its server; a case cannot expect it.`),
      ),
      ...decide,
    ],
    remarks,
    recorded,
    problems,
  }
}

function doubtsAbout({ tool, row }: ChainCall, { policies, links }: ChainRecord): readonly string[] {
  const denials = policies.filter(({ tool_span, effect }) => tool_span === row.span && effect === 'deny')
  const causes = links.filter(({ to_span, type }) => to_span === row.span && type === 'caused')
  const isAmbiguous = causes.length > 0 && causes.every(({ candidates }) => candidates.length > 1)
  return [
    ...denials.map(
      ({ mode, policies }) =>
        `policy ${mode === 'enforce' ? 'denied' : 'would have denied'} it (${policies.join(', ') || 'no policy allows it'}). If it is wrong, move ${tool} to forbid.`,
    ),
    ...(row.outcome === 'ok' ? [] : [`it failed: ${failureOf(row)}. Should it have been called so?`]),
    ...(row.read_only === true
      ? []
      : [
          'it does not say that it only reads, so it may have changed something. Should it have been called?',
        ]),
    ...(isAmbiguous
      ? [`which of ${causes[0]?.candidates.length} decisions led to it is not known. Is it part of this?`]
      : []),
  ]
}

function failureOf({ outcome, message }: SpanRow): string {
  const words = outcome === 'no_answer' ? 'no answer' : outcome === 'tool' ? 'tool error' : outcome
  return message === null ? words : `${words}, ${message}`
}

function aboutAll(
  record: ChainRecord,
  calls: readonly ChainCall[],
  local: (text: string) => string,
): Pick<PromotedCase, 'decide' | 'remarks'> {
  const models = record.spans.filter(({ kind }) => kind === 'model')
  const last = models.at(-1)
  const answer = local(answerOf(last))
  const hasDecided = record.spans.some(({ kind, parent }) => kind === 'decision' && parent === last?.span)
  return {
    decide: [
      ...new Set(unsentDecisions(record).map(describeUnsent)),
      ...(calls.length === 0 ? ['nothing was called. Should anything have been?'] : []),
      ...(models[0]?.attributes.earlier_messages_hash
        ? [
            'the conversation had earlier turns, which a case does not hold. Does the prompt say enough without them?',
          ]
        : []),
      ...(last && (hasDecided || last.outcome !== 'ok')
        ? ['the recording ends before the model had answered.']
        : []),
    ],
    remarks: answer === '' || hasDecided ? [] : [`It answered: ${answer}`],
  }
}

function describeUnsent({ tool, malformed }: EntryData['decision']): string {
  const how = malformed ? ', with arguments that are not JSON' : ''
  return `the model also decided on ${tool}${how}; no call of it was recorded, and the case cannot expect one.`
}

function answerOf(model: SpanRow | undefined): string {
  const content: Json | undefined = readJson(model?.output ?? '')
  return isJsonObject(content) && typeof content.text === 'string' ? content.text : ''
}
