import Anthropic from '@anthropic-ai/sdk'
import type {
  Base64ImageSource,
  ContentBlockParam,
  ImageBlockParam,
  MessageCreateParamsNonStreaming,
  MessageParam,
  TextBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages'
import type { Message, Model, ModelRequest } from '../domain/model.ts'
import { type ContentBlock, type ToolResult, wireName } from '../domain/tool.ts'
import { askOnce, askStreaming, readAnswer, sendableInput } from './anthropic-answer.ts'
import { joinOutputs, toolSearch } from './anthropic-tool-search.ts'
import { askProvider } from './ask-provider.ts'
import { blockText, resultText } from './decision.ts'
import { defersTools, explainRejection } from './deferred-tools.ts'
import { pacedModel, paceOf } from './pace.ts'
import { patientFetch } from './patient-fetch.ts'
import { type ProviderOptions, readEndpoint } from './provider-endpoint.ts'
import { orTurnedAway } from './turned-away.ts'

// The API demands a limit, and what the model thinks counts towards it.
const defaultMaxTokens = 16_384
// The API pauses a turn in which it has searched for long, and wants to be asked on.
const mostParts = 10

/**
 * Anthropic's Messages API (`ANTHROPIC_BASE_URL`). `name` is the provider's model name. The API has neither a seed nor
 * a temperature, so those of the request are not sent.
 */
export function anthropicModel(
  name: string,
  { env, streaming = true, maxRetries = 4 }: ProviderOptions,
): Model {
  const endpoint = readEndpoint(`anthropic:${name}`, env, {
    key: 'ANTHROPIC_API_KEY',
    url: 'ANTHROPIC_BASE_URL',
    defaultUrl: 'https://api.anthropic.com',
  })
  const pace = paceOf(endpoint.baseURL, endpoint.apiKey, patientFetch)
  const client = new Anthropic({
    ...endpoint,
    // Whoever asks too fast waits with all others.
    maxRetries: 0,
    timeout: 600_000,
    fetch: pace.fetch(maxRetries),
    logLevel: 'off',
    openTelemetry: false,
  })
  const ask = streaming ? askStreaming : askOnce
  const model: Model = {
    name: `anthropic:${name}`,
    provider: 'anthropic',
    kind: 'language model',
    defersTools: true,
    apiUrl: endpoint.baseURL,
    generate(request, signal) {
      const body = requestBody(name, request)
      const askFor = (messages: MessageParam[]) => {
        const asked = askProvider('anthropic', signal, async (own) => {
          const answer = await ask(client, { ...body, messages }, own)
          const isPaused = answer.message.stop_reason === 'pause_turn'
          return { output: readAnswer(answer, request), isPaused }
        })
        return defersTools(request) ? explainRejection(`anthropic:${name}`, asked) : asked
      }
      const askOn = async () => {
        let { output, isPaused } = await askFor(body.messages)
        for (let part = 1; isPaused && part < mostParts; part++) {
          const next = await askFor([...body.messages, ...wireMessages([{ role: 'assistant', ...output }])])
          output = joinOutputs(output, next.output)
          isPaused = next.isPaused
        }
        return output
      }
      return orTurnedAway(name, askOn())
    },
  }
  return pacedModel(model, pace)
}

function requestBody(model: string, request: ModelRequest): MessageCreateParamsNonStreaming {
  const system = request.messages.flatMap((message) => (message.role === 'system' ? [message.text] : []))
  return {
    model,
    max_tokens: request.maxOutputTokens ?? defaultMaxTokens,
    messages: wireMessages(request.messages),
    ...(system.length > 0 && { system: system.join('\n\n') }),
    ...(request.tools.length > 0 && {
      tools: [
        ...(defersTools(request) ? [toolSearch] : []),
        ...request.tools.map((tool) => ({
          name: wireName(tool.name),
          ...(tool.description && { description: tool.description }),
          input_schema: { ...tool.inputSchema, type: 'object' as const },
          ...(tool.deferred && { defer_loading: true }),
        })),
      ],
    }),
  }
}

/** All results of parallel calls stand in one user message, before anything else: the API takes them no other way. */
function wireMessages(messages: readonly Message[]): MessageParam[] {
  const turns: { role: 'user' | 'assistant'; content: ContentBlockParam[] }[] = []
  for (const message of messages) {
    if (message.role === 'system') continue
    const role = message.role === 'assistant' ? 'assistant' : 'user'
    const content = wireBlocks(message)
    const last = turns.at(-1)
    if (last?.role === role) last.content.push(...content)
    else if (content.length > 0) turns.push({ role, content })
  }
  return turns
}

function wireBlocks(message: Message): ContentBlockParam[] {
  if (message.role === 'tool') return [wireResult(message.decision.id, message.result)]
  if (message.role !== 'assistant') return [{ type: 'text', text: message.text }]
  const blocks: ContentBlockParam[] = Array.isArray(message.raw)
    ? [...message.raw]
    : [
        { type: 'text', text: message.text },
        ...message.decisions.map((decision) => ({
          type: 'tool_use' as const,
          id: decision.id,
          name: wireName(decision.tool),
          input: sendableInput(decision.rawArguments),
        })),
      ]
  // The API sends blank text, and refuses to get it back.
  return blocks.filter((block) => block.type !== 'text' || block.text.trim() !== '')
}

function wireResult(id: string, result: ToolResult): ToolResultBlockParam {
  const hasImage = result.content.some((block) => block.type === 'image')
  return {
    type: 'tool_result',
    tool_use_id: id,
    content: hasImage ? result.content.map(wireContent) : resultText(result),
    is_error: result.isError,
  }
}

function wireContent(block: ContentBlock): TextBlockParam | ImageBlockParam {
  const { type, data, mimeType } = block
  if (type === 'image' && typeof data === 'string' && isImageType(mimeType)) {
    return { type: 'image', source: { type: 'base64', media_type: mimeType, data } }
  }
  return { type: 'text', text: blockText(block) }
}

function isImageType(type: unknown): type is Base64ImageSource['media_type'] {
  return type === 'image/png' || type === 'image/jpeg' || type === 'image/gif' || type === 'image/webp'
}
