import type { ModelInfo, ModelPrice, Provider } from '@pydantic/genai-prices'
import type { CallPrices } from '../domain/prices.ts'
import { costAt, listedCost, type Price } from './prices.ts'

/** Baselines and test doubles, which nobody is paid for. */
const free = new Set(['calltrail', 'replay', 'scripted'])

/** As `prices:` names the models of a provider that is called otherwise in recordings. */
const ownPrefixes: Readonly<Record<string, string>> = { 'gcp.gemini': 'gemini' }

/**
 * Prices of recorded calls, by what they say of themselves: as `own` says (`openai:MODEL`), else those of
 * `@pydantic/genai-prices` at that time, for the server that was asked.
 */
export async function loadCallPrices(own: Readonly<Record<string, Price>> = {}): Promise<CallPrices> {
  const list = await import('@pydantic/genai-prices')
  // Without an update it answers at once, with the providers that it came with.
  const providers = (await list.waitForUpdate()) ?? []
  return {
    costOf({ provider, model, upstream, at, isCached, usage }) {
      if (isCached || free.has(provider)) return 0
      const id = model.startsWith(`${provider}:`) ? model.slice(provider.length + 1) : model
      const price = ownPrice(own, `${ownPrefixes[provider] ?? provider}:${id}`)
      if (price) return costAt(price, usage)
      const paid = upstream === null ? undefined : list.findProvider({ providerApiUrl: upstream })
      return paid ? listedCost(list, usage, id, { provider: paid, timestamp: new Date(at) }) : null
    },
    dearestToken(model) {
      const id = model.replace(/^(openai|anthropic):/, '')
      const said = ['openai', 'anthropic', 'gemini'].flatMap(
        (prefix) => ownPrice(own, `${prefix}:${id}`) ?? [],
      )
      const most = [
        ...said.flatMap((price) => Object.values(price).map((each) => each ?? 0)),
        ...providers.flatMap((provider) => dearestOf(list, provider, id)),
      ]
      return Math.max(0, ...most) / 1_000_000
    },
  }
}

function ownPrice(own: Readonly<Record<string, Price>>, name: string): Price | undefined {
  return Object.hasOwn(own, name) ? own[name] : undefined
}

/** Per million tokens, whenever it holds and however many they are. */
function dearestOf(
  { calcPrice }: typeof import('@pydantic/genai-prices'),
  provider: Provider,
  id: string,
): readonly number[] {
  const found = calcPrice({ input_tokens: 1 }, id, { provider })
  return found ? pricesIn(found.model) : []
}

function pricesIn({ prices }: ModelInfo): readonly number[] {
  const always = Array.isArray(prices) ? prices.map((each) => each.prices) : [prices]
  return always.flatMap(tokenPrices)
}

function tokenPrices(price: ModelPrice): readonly number[] {
  return Object.entries(price).flatMap(([unit, each]) => {
    if (!unit.endsWith('_mtok') || each === undefined) return []
    return typeof each === 'number' ? [each] : [each.base, ...each.tiers.map((tier) => tier.price)]
  })
}
