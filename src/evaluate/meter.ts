import { type Embedder, embeddingUsage } from '../domain/embedder.ts'
import type { Model, ModelOutput, ModelRequest, Tokenizer } from '../domain/model.ts'
import type { Prices } from '../domain/prices.ts'
import { type Account, type AccountOptions, type Amounts, none, openAccount } from './run-budget.ts'
import type { Spending } from './spending.ts'

/** What a run spends, by the models and embedders that it asks. */
export interface Meter extends Pick<Account, 'spent' | 'refusal' | 'brokenOff'> {
  readonly isUsedUp: boolean
  /** `onSpent` hears of each request what it took. */
  meter(model: Model, onSpent: (spent: Spending) => void): Model
  /** The same. */
  embedder(embedder: Embedder, onSpent: (spent: Spending) => void): Embedder
}

interface MeterOptions extends AccountOptions {
  readonly prices: Prices
  readonly tokenizer: Tokenizer
}

// Of an answer, until one was seen: what is reserved for a request that is under way.
export const firstAnswerTokens = 1_000

/**
 * Counts what requests take, and holds them to a budget. Of a model's is expected what is sent, counted by o200k, and the
 * longest answer of the model so far; at least as much as any request of it took. Of one for embeddings, what is sent.
 */
export function createMeter(options: MeterOptions): Meter {
  const { prices, tokenizer } = options
  const account = openAccount(options)
  const longest = new Map<string, number>()
  const largest = new Map<string, Amounts>()

  function expect({ name }: Model, request: ModelRequest): Amounts {
    const inputTokens =
      tokenizer.definitions(request.tools) + tokenizer.count(JSON.stringify(request.messages))
    const outputTokens = longest.get(name) ?? firstAnswerTokens
    const usage = { inputTokens, outputTokens, ...uncached }
    const most = largest.get(name) ?? none
    return {
      usd: Math.max(most.usd, prices.costOf(name, usage) ?? 0),
      tokens: Math.max(most.tokens, inputTokens + outputTokens),
    }
  }

  function expectEmbedding({ name }: Embedder, texts: readonly string[]): Amounts {
    const tokens = texts.reduce((sum, text) => sum + tokenizer.count(text), 0)
    return { usd: prices.costOf(name, embeddingUsage(tokens)) ?? 0, tokens }
  }

  function count(name: string, { usage }: ModelOutput, expected: Amounts): Spending {
    const { inputTokens, outputTokens } = usage
    const costUsd = prices.costOf(name, usage)
    const tokens = inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens
    longest.set(name, Math.max(longest.get(name) ?? 0, outputTokens ?? firstAnswerTokens))
    const took = account.take({ costUsd, tokens }, expected)
    const most = largest.get(name) ?? none
    largest.set(name, { usd: Math.max(most.usd, took.usd), tokens: Math.max(most.tokens, took.tokens) })
    return { costUsd, tokens }
  }

  return {
    get spent() {
      return account.spent
    },
    get isUsedUp() {
      return account.refusal !== null
    },
    get refusal() {
      return account.refusal
    },
    get brokenOff() {
      return account.brokenOff
    },
    meter: (model, onSpent) => ({
      ...model,
      generate(request, signal) {
        const ask = async (expected: Amounts) => {
          const output = await model.generate(request, signal)
          onSpent(count(model.name, output, expected))
          return output
        }
        return account.hold(() => expect(model, request), ask, signal)
      },
    }),
    embedder: (embedder, onSpent) => ({
      ...embedder,
      embed(texts, signal) {
        const ask = async (expected: Amounts) => {
          const embedding = await embedder.embed(texts, signal)
          const tokens = embedding.inputTokens
          const spent = { costUsd: prices.costOf(embedder.name, embeddingUsage(tokens)), tokens }
          account.take(spent, expected)
          onSpent(spent)
          return embedding
        }
        return account.hold(() => expectEmbedding(embedder, texts), ask, signal)
      },
    }),
  }
}

const uncached = { cacheReadTokens: null, cacheCreationTokens: null, reasoningTokens: null }
