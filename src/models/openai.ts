import OpenAI from 'openai'
import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import type { Message, Model, ModelRequest } from '../domain/model.ts'
import { wireName } from '../domain/tool.ts'
import { askProvider } from './ask-provider.ts'
import { resultText } from './decision.ts'
import { defersTools } from './deferred-tools.ts'
import { askOnce, askStreaming, readAnswer } from './openai-answer.ts'
import { askWithToolSearch } from './openai-responses.ts'
import { pacedModel, paceOf } from './pace.ts'
import { patientFetch } from './patient-fetch.ts'
import { type ProviderOptions, readEndpoint } from './provider-endpoint.ts'
import { orTurnedAway } from './turned-away.ts'

/**
 * OpenAI's Chat Completions, and every server that speaks it (`OPENAI_BASE_URL`); its Responses where tools are deferred.
 * `name` is the provider's model name.
 */
export function openaiModel(name: string, { env, streaming = true, maxRetries = 4 }: ProviderOptions): Model {
  const endpoint = readEndpoint(`openai:${name}`, env, {
    key: 'OPENAI_API_KEY',
    url: 'OPENAI_BASE_URL',
    defaultUrl: 'https://api.openai.com/v1',
  })
  const pace = paceOf(endpoint.baseURL, endpoint.apiKey, patientFetch)
  const client = new OpenAI({
    ...endpoint,
    // Null keeps the SDK from looking into the environment itself.
    organization: env.OPENAI_ORG_ID ?? null,
    project: env.OPENAI_PROJECT_ID ?? null,
    // Whoever asks too fast waits with all others.
    maxRetries: 0,
    timeout: 600_000,
    fetch: pace.fetch(maxRetries),
    logLevel: 'off',
  })
  const ask = streaming ? askStreaming : askOnce
  const model: Model = {
    name: `openai:${name}`,
    provider: 'openai',
    kind: 'language model',
    defersTools: true,
    apiUrl: endpoint.baseURL,
    async generate(request, signal) {
      if (defersTools(request)) return askWithToolSearch(client, name, request, { streaming, signal })
      const body = requestBody(name, request)
      const asked = askProvider('openai', signal, async (own) =>
        readAnswer(await ask(client, body, own), request),
      )
      return orTurnedAway(name, asked)
    },
  }
  return pacedModel(model, pace)
}

function requestBody(model: string, request: ModelRequest): ChatCompletionCreateParamsNonStreaming {
  return {
    model,
    messages: request.messages.map(wireMessage),
    seed: request.seed,
    ...(request.maxOutputTokens !== undefined && { max_completion_tokens: request.maxOutputTokens }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map((tool) => ({
        type: 'function' as const,
        function: {
          name: wireName(tool.name),
          description: tool.description,
          parameters: { ...tool.inputSchema },
        },
      })),
    }),
  }
}

function wireMessage(message: Message): ChatCompletionMessageParam {
  if (message.role === 'tool') {
    // The API has no flag for a failed call; the word is all the model gets.
    const text = message.result.isError ? `Error: ${resultText(message.result)}` : resultText(message.result)
    return { role: 'tool', tool_call_id: message.decision.id, content: text }
  }
  if (message.role !== 'assistant') return { role: message.role, content: message.text }
  if (message.decisions.length === 0) return { role: 'assistant', content: message.text }
  return {
    role: 'assistant',
    content: message.text || null,
    tool_calls: message.decisions.map((decision) => ({
      id: decision.id,
      type: 'function',
      function: { name: wireName(decision.tool), arguments: decision.rawArguments },
    })),
  }
}
