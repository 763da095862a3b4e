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

/**
 * Records each request, its response and every decision in it. What the model throws passes after it was recorded. Of a
 * conversation: definitions that the provider loads on demand count from the answer on in which it loaded them (what its
 * own search tool is made of, nobody can count).
 */
export function recordedModel(
  model: Model,
  recorder: SessionRecorder,
  { tokenizer, identity }: RecordedModelOptions,
): Model {
  const loaded = new Set<string>()
  return {
    ...model,
    async generate(request, signal) {
      const shown = loadedTools(request, loaded)
      const span = beginRequest(model, recorder, request, tokenizer.definitions(shown), identity)
      try {
        const output = await model.generate(request, signal)
        for (const name of output.searches?.flatMap(({ tools }) => tools) ?? []) loaded.add(name)
        endRequest(recorder, span, { ...request, tools: loadedTools(request, loaded) }, output, tokenizer)
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

/** The tools whose definitions the model has: the same array where none is deferred. */
function loadedTools({ tools }: ModelRequest, loaded: ReadonlySet<string>): readonly Tool[] {
  if (!tools.some(({ deferred }) => deferred)) return tools
  return tools.filter(({ name, deferred }) => !deferred || loaded.has(name))
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
  definitionTokens: number,
  identity: Identity | undefined,
): string {
  const asked = messages.findLast(({ role }) => role === 'user')
  return recorder.modelRequest({
    provider: model.provider,
    model: model.name,
    ...(model.apiUrl !== undefined && { upstream: new URL(model.apiUrl).origin }),
    prompt: asked?.role === 'user' ? { text: asked.text } : null,
    messages: { json: JSON.stringify(messages) },
    tools: toolListBody(recorder.journal, tools),
    toolCount: tools.length,
    definitionTokens,
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
    ...(output.cached && { cached: true as const }),
    ...totalTokens(request, output, tokenizer),
    content: { value: { text: output.text } },
    ...(output.searches && {
      searches: { json: JSON.stringify(output.searches) },
      definitionTokens: tokenizer.definitions(request.tools),
    }),
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
