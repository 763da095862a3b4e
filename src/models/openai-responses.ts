import type OpenAI from 'openai'
import type {
  NamespaceTool,
  ResponseCreateParamsNonStreaming,
  ResponseInput,
  Tool as ResponsesTool,
} from 'openai/resources/responses/responses'
import type { Message, ModelOutput, ModelRequest } from '../domain/model.ts'
import { serverOf, type Tool, wireName } from '../domain/tool.ts'
import { askProvider } from './ask-provider.ts'
import { resultText } from './decision.ts'
import { explainRejection } from './deferred-tools.ts'
import { askOnce, askStreaming, readAnswer } from './openai-responses-answer.ts'
import { orTurnedAway } from './turned-away.ts'

/**
 * OpenAI's Responses API, the one that has tool search: deferred tools stand in namespaces, one for each server, and its
 * model loads what it looks for. The API has no seed. Nothing is stored there; what a turn needs of the one before is
 * sent with it.
 */
export async function askWithToolSearch(
  client: OpenAI,
  model: string,
  request: ModelRequest,
  { streaming, signal }: { readonly streaming: boolean; readonly signal: AbortSignal },
): Promise<ModelOutput> {
  const ask = streaming ? askStreaming : askOnce
  const body = requestBody(model, request)
  const asked = askProvider('openai', signal, async (own) =>
    readAnswer(await ask(client, body, own), request),
  )
  return orTurnedAway(model, explainRejection(`openai:${model}`, asked))
}

function requestBody(model: string, request: ModelRequest): ResponseCreateParamsNonStreaming {
  return {
    model,
    input: request.messages.flatMap(inputItems),
    store: false,
    include: ['reasoning.encrypted_content'],
    ...(request.maxOutputTokens !== undefined && { max_output_tokens: request.maxOutputTokens }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    tools: wireTools(request.tools),
  }
}

function wireTools(tools: readonly Tool[]): ResponsesTool[] {
  const deferred = tools.filter((tool) => tool.deferred)
  const servers = [...new Set(deferred.map(({ name }) => serverOf(name)))]
  return [
    { type: 'tool_search' },
    ...servers.map((server) =>
      namespace(
        server ?? 'tools',
        deferred.filter(({ name }) => serverOf(name) === server),
      ),
    ),
    ...tools.filter((tool) => !tool.deferred).map(wireFunction),
  ]
}

/** Before its tools are loaded, the description is all that the model knows of a namespace. */
function namespace(server: string, tools: readonly Tool[]): NamespaceTool {
  const names = tools.map(({ name }) => name.slice(name.indexOf('/') + 1)).join(', ')
  return {
    type: 'namespace',
    name: wireName(server),
    description: `Tools of ${server}: ${names}`,
    tools: tools.map((tool) => ({ ...wireFunction(tool), defer_loading: true })),
  }
}

function wireFunction({ name, description, inputSchema }: Tool) {
  return {
    type: 'function' as const,
    name: wireName(name),
    description,
    parameters: { ...inputSchema },
    strict: false,
  }
}

function inputItems(message: Message): ResponseInput {
  if (message.role === 'tool') {
    const text = resultText(message.result)
    const output = message.result.isError ? `Error: ${text}` : text
    return [{ type: 'function_call_output', call_id: message.decision.id, output }]
  }
  if (message.role !== 'assistant') return [{ role: message.role, content: message.text }]
  // What the provider sent goes back as it was: calls, searches, what they loaded, and reasoning.
  if (Array.isArray(message.raw)) return [...message.raw]
  return [
    ...(message.text === '' ? [] : [{ role: 'assistant' as const, content: message.text }]),
    ...message.decisions.map(({ id, tool, rawArguments }) => ({
      type: 'function_call' as const,
      call_id: id,
      name: wireName(tool),
      arguments: rawArguments,
    })),
  ]
}
