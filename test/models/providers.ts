import type { Model } from '../../src/domain/model.ts'
import { anthropicModel } from '../../src/models/anthropic.ts'
import { openaiModel } from '../../src/models/openai.ts'
import type { ProviderOptions } from '../../src/models/provider-endpoint.ts'
import type { ContractAnswer } from '../contracts/model.ts'
import { calledName } from '../contracts/model.ts'
import { startAnthropicServer } from '../fixtures/providers/anthropic-server.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import {
  type Answer,
  type Handler,
  type ProviderServer,
  testKey,
} from '../fixtures/providers/provider-server.ts'

/** A provider's model in front of its loopback server. */
export interface Provider {
  readonly name: string
  start(handle: Handler): Promise<ProviderServer>
  model(server: { readonly url: string }, options?: Partial<ProviderOptions>): Model
}

export const openai: Provider = {
  name: 'openai',
  start: startOpenAiServer,
  model: ({ url }, options) =>
    openaiModel('gpt-test', { env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: testKey }, ...options }),
}

export const anthropic: Provider = {
  name: 'anthropic',
  start: startAnthropicServer,
  model: ({ url }, options) =>
    anthropicModel('claude-test', {
      env: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: testKey },
      ...options,
    }),
}

/** The server's words for an answer of the contract, sent in pieces that cut characters and field names. */
export function answerOf({ text, calls, reported = true }: ContractAnswer = {}): Answer {
  return {
    ...(text !== undefined && { text }),
    ...(calls && { calls: calls.map((call) => ({ ...call, name: calledName(call.tool) })) }),
    ...(!reported && { usage: null }),
    pieceBytes: 3,
  }
}

/** Opens a model whose provider answers through `handle`. */
export async function openProvider(provider: Provider, handle: Handler, streaming: boolean) {
  const server = await provider.start(handle)
  return { model: provider.model(server, { streaming }), close: () => server.close() }
}
