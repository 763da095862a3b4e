import type { PriceOptions } from '@pydantic/genai-prices'
import type { Model, Usage } from '../domain/model.ts'
import type { Prices } from '../domain/prices.ts'

/** US dollars per million tokens; what a cache reads or writes costs as `input` does unless said. */
export interface Price {
  readonly input: number
  readonly output: number
  readonly cacheRead?: number | undefined
  readonly cacheWrite?: number | undefined
}

/** Of a model that says no kind, such as one for embeddings, somebody is paid. */
type Priced = Pick<Model, 'name' | 'apiUrl'> & Partial<Pick<Model, 'kind'>>
type Tokens = Omit<Usage, 'reasoningTokens'>
type CostOf = (usage: Tokens) => number | null
type PriceList = typeof import('@pydantic/genai-prices')

/**
 * Prices of `models`, by name: as `own` says, else those of `@pydantic/genai-prices`, for the server that the model is asked
 * at. The package is loaded where a provider is asked, not before.
 */
export async function loadPrices(
  models: readonly Priced[],
  own: Readonly<Record<string, Price>> = {},
): Promise<Prices> {
  const costs = new Map(
    await Promise.all(models.map(async (model) => [model.name, await costsOf(model, own)] as const)),
  )
  return {
    knows: (name) => costs.get(name) !== undefined && costs.get(name) !== null,
    costOf: (name, usage) => costs.get(name)?.(usage) ?? null,
  }
}

async function costsOf(model: Priced, own: Readonly<Record<string, Price>>): Promise<CostOf | null> {
  if (model.kind === 'baseline' || model.kind === 'test double') return () => 0
  const price = Object.hasOwn(own, model.name) ? own[model.name] : undefined
  if (price) return (usage) => costAt(price, usage)
  return listedCosts(model)
}

export function costAt({ input, output, cacheRead = input, cacheWrite = input }: Price, usage: Tokens) {
  const { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens } = usage
  if (inputTokens === null || outputTokens === null) return null
  const [read, written] = [cacheReadTokens ?? 0, cacheCreationTokens ?? 0]
  const plain = Math.max(0, inputTokens - read - written)
  return (plain * input + read * cacheRead + written * cacheWrite + outputTokens * output) / 1_000_000
}

/** A price list is that of a provider's own address: a model of the same name elsewhere has another, or none. */
async function listedCosts({ name, apiUrl }: Priced): Promise<CostOf | null> {
  if (apiUrl === undefined) return null
  const list = await import('@pydantic/genai-prices')
  const provider = list.findProvider({ providerApiUrl: apiUrl })
  if (!provider) return null
  const id = name.slice(name.indexOf(':') + 1)
  const costOf: CostOf = (usage) => listedCost(list, usage, id, { provider })
  const probe = { inputTokens: 1, outputTokens: 1, cacheReadTokens: null, cacheCreationTokens: null }
  return costOf(probe) === null ? null : costOf
}

/** Null for a model that the list does not have, and for counts that cannot be. */
export function listedCost(
  { calcPrice }: PriceList,
  { inputTokens, outputTokens, cacheReadTokens, cacheCreationTokens }: Tokens,
  id: string,
  options: PriceOptions,
): number | null {
  if (inputTokens === null || outputTokens === null) return null
  const tokens = {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    ...(cacheReadTokens !== null && { cache_read_tokens: cacheReadTokens }),
    ...(cacheCreationTokens !== null && { cache_write_tokens: cacheCreationTokens }),
  }
  try {
    return calcPrice(tokens, id, options)?.total_price ?? null
  } catch {
    // More was read from a cache than was read at all: whoever counted so, it has no price.
    return null
  }
}
