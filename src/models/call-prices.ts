import type { ModelPrice, Provider } from '@pydantic/genai-prices'
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
    dearest(model) {
      const id = model.replace(/^(openai|anthropic):/, '')
      const said = ['openai', 'anthropic', 'gemini'].flatMap(
        (prefix) => ownPrice(own, `${prefix}:${id}`) ?? [],
      )
      const known = [...said, ...providers.flatMap((provider) => pricesOf(list, provider, id))]
      if (known.length === 0) return null
      const most = (of: (price: Price) => number) => Math.max(...known.map(of)) / 1_000_000
      return {
        input: most(({ input }) => input),
        output: most(({ output }) => output),
        cacheRead: most(({ input, cacheRead = input }) => cacheRead),
        cacheWrite: most(({ input, cacheWrite = input }) => cacheWrite),
      }
    },
  }
}

function ownPrice(own: Readonly<Record<string, Price>>, name: string): Price | undefined {
  return Object.hasOwn(own, name) ? own[name] : undefined
}

/** Of a provider at any time, each at its highest, however many tokens there are. */
function pricesOf(
  { calcPrice }: typeof import('@pydantic/genai-prices'),
  provider: Provider,
  id: string,
): readonly Price[] {
  const found = calcPrice({ input_tokens: 1 }, id, { provider })
  if (!found) return []
  const { prices } = found.model
  return Array.isArray(prices) ? prices.map((each) => highest(each.prices)) : [highest(prices)]
}

function highest(price: ModelPrice): Price {
  const most = (unit: string) => {
    const each = price[unit]
    if (each === undefined || typeof each === 'number') return each
    return Math.max(each.base, ...each.tiers.map((tier) => tier.price))
  }
  const [cacheRead, cacheWrite] = [most('cache_read_mtok'), most('cache_write_mtok')]
  return { input: most('input_mtok') ?? 0, output: most('output_mtok') ?? 0, cacheRead, cacheWrite }
}
