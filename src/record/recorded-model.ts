import type { Identity } from '../domain/identity.ts'
import type { JournalWriter, StoredBody } from '../domain/journal.ts'
import {
  type Decision,
  type Message,
  type Model,
  type ModelOutput,
  type ModelRequest,
  type Tokenizer,
  unknownUsage,
} from '../domain/model.ts'
import { type Tool, textOf } from '../domain/tool.ts'
import { okOutcome, thrownOutcome } from './outcome.ts'
import type { SessionRecorder } from './session-recorder.ts'

export interface RecordedModelOptions {
  readonly tokenizer: Tokenizer
  /** The session's, unless said. */
  readonly identity?: Identity
}

/** Records each request, its response and every decision in it. What the model throws passes after it was recorded. */
export function recordedModel(
  model: Model,
  recorder: SessionRecorder,
  { tokenizer, identity }: RecordedModelOptions,
): Model {
  return {
    name: model.name,
    provider: model.provider,
    kind: model.kind,
    async generate(request, signal) {
      const span = beginRequest(model, recorder, request, tokenizer, identity)
      try {
        const output = await model.generate(request, signal)
        endRequest(recorder, span, request, output, tokenizer)
        return output
      } catch (error) {
        recorder.modelResponse(span, {
          ...noResponse,
          outcome: thrownOutcome(error, signal, recorder.journal.redactor),
        })
        throw error
      }
    },
  }
}

const noResponse = {
  responseModel: null,
  responseId: null,
  finishReason: null,
  usage: unknownUsage,
  totalTokens: null,
  estimated: false,
  content: null,
  timeToFirstChunkMs: null,
}

function beginRequest(
  model: Model,
  recorder: SessionRecorder,
  { messages, tools }: ModelRequest,
  tokenizer: Tokenizer,
  identity: Identity | undefined,
): string {
  const prompt = messages.flatMap((message) => (message.role === 'user' ? [message.text] : [])).at(-1)
  return recorder.modelRequest({
    provider: model.provider,
    model: model.name,
    prompt: prompt === undefined ? null : { text: prompt },
    messages: { json: JSON.stringify(messages) },
    tools: toolListBody(recorder.journal, tools),
    toolCount: tools.length,
    definitionTokens: tokenizer.definitions(tools),
    evidence: {},
    ...(identity && { identity }),
  })
}

function endRequest(
  recorder: SessionRecorder,
  span: string,
  request: ModelRequest,
  output: ModelOutput,
  tokenizer: Tokenizer,
): void {
  recorder.modelResponse(span, {
    outcome: okOutcome,
    responseModel: output.model,
    responseId: output.responseId,
    finishReason: output.finishReason,
    usage: output.usage,
    ...totalTokens(request, output, tokenizer),
    content: { value: { text: output.text } },
    timeToFirstChunkMs: output.timeToFirstChunkMs,
  })
  for (const decision of output.decisions) recordDecision(recorder, span, decision)
}

function recordDecision(recorder: SessionRecorder, modelSpan: string, decision: Decision): void {
  const { id, tool, arguments: given, rawArguments } = decision
  const payload = given === null ? { text: rawArguments } : { json: rawArguments }
  recorder.decision(modelSpan, { tool, arguments: given, payload, callId: id })
}

function totalTokens({ messages, tools }: ModelRequest, output: ModelOutput, tokenizer: Tokenizer) {
  const { inputTokens, outputTokens } = output.usage
  if (inputTokens !== null && outputTokens !== null)
    return { totalTokens: inputTokens + outputTokens, estimated: false }
  const request = messages.reduce((sum, message) => sum + tokenizer.count(wordsOf(message)), 0)
  const input = inputTokens ?? request + tokenizer.definitions(tools)
  const answer = [output.text, ...output.decisions.map(({ rawArguments }) => rawArguments)].join('\n')
  return { totalTokens: input + (outputTokens ?? tokenizer.count(answer)), estimated: true }
}

function wordsOf(message: Message): string {
  if (message.role === 'tool') return textOf(message.result)
  if (message.role !== 'assistant') return message.text
  return [message.text, ...message.decisions.map(({ rawArguments }) => rawArguments)].join('\n')
}

/** The list is the same array in request after request, of thousands of trials; a stored body is good for its whole log. */
const toolLists = new WeakMap<JournalWriter, WeakMap<readonly Tool[], StoredBody>>()

function toolListBody(journal: JournalWriter, tools: readonly Tool[]): StoredBody {
  const lists = toolLists.get(journal) ?? new WeakMap<readonly Tool[], StoredBody>()
  toolLists.set(journal, lists)
  const known = lists.get(tools)
  if (known) return known
  const stored = journal.body({ json: JSON.stringify(tools) })
  lists.set(tools, stored)
  return stored
}
