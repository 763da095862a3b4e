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
import { askProvider } from './ask-provider.ts'
import { blockText, resultText } from './decision.ts'
import { patientFetch } from './patient-fetch.ts'
import { type ProviderOptions, readEndpoint } from './provider-endpoint.ts'

// The API demands a limit, and what the model thinks counts towards it.
const defaultMaxTokens = 16_384

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
  const client = new Anthropic({
    ...endpoint,
    maxRetries,
    timeout: 600_000,
    fetch: patientFetch,
    logLevel: 'off',
    openTelemetry: false,
  })
  const ask = streaming ? askStreaming : askOnce
  return {
    name: `anthropic:${name}`,
    provider: 'anthropic',
    kind: 'language model',
    async generate(request, signal) {
      const body = requestBody(name, request)
      const answer = await askProvider('anthropic', signal, (own) => ask(client, body, own))
      return readAnswer(answer, request)
    },
  }
}

function requestBody(model: string, request: ModelRequest): MessageCreateParamsNonStreaming {
  const system = request.messages.flatMap((message) => (message.role === 'system' ? [message.text] : []))
  return {
    model,
    max_tokens: request.maxOutputTokens ?? defaultMaxTokens,
    messages: wireMessages(request.messages),
    ...(system.length > 0 && { system: system.join('\n\n') }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map((tool) => ({
        name: wireName(tool.name),
        ...(tool.description && { description: tool.description }),
        input_schema: { ...tool.inputSchema, type: 'object' as const },
      })),
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
