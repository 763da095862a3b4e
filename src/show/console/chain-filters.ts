import type { Params } from '../../domain/store.ts'
import { UsageError } from '../../errors.ts'
import { expectRange, timeOf } from '../point-in-time.ts'

/** What a filter is named in an address: as `calltrail chains` has it. */
const texts = ['text', 'tool', 'server', 'user', 'client', 'outcome', 'run', 'source'] as const
const numbers = ['tier', 'min-tokens', 'min-cost'] as const
export const filterNames = ['since', 'until', ...texts, ...numbers, 'denied'] as const
export type FilterName = (typeof filterNames)[number]

export type ChainFilters = Readonly<Partial<Record<FilterName, string>>>

const longest = 1_000

/** Those that say something. */
export function filtersOf(query: URLSearchParams): ChainFilters {
  const said = filterNames.flatMap((name) => {
    const value = query.get(name)?.trim().slice(0, longest)
    return value ? [[name, value] as const] : []
  })
  return Object.fromEntries(said)
}

/** What the query `chains` takes; throws a `UsageError` where one is no time, or no number. */
export function queryOf(filters: ChainFilters, nowMs: number): Params {
  const at = (name: 'since' | 'until') =>
    filters[name] === undefined ? '' : timeOf(name, filters[name], nowMs)
  const range = { since: at('since'), until: at('until') }
  expectRange(range)
  return {
    ...Object.fromEntries(texts.map((name) => [name, filters[name] ?? ''])),
    ...range,
    tier: numberOf('tier', filters, 255),
    min_tokens: numberOf('min-tokens', filters, Number.MAX_SAFE_INTEGER),
    min_cost: numberOf('min-cost', filters, Number.MAX_SAFE_INTEGER),
    denied: filters.denied === undefined ? 0 : 1,
  }
}

function numberOf(name: (typeof numbers)[number], filters: ChainFilters, most: number): number {
  const value = Number(filters[name] ?? 0)
  const isMoney = name === 'min-cost'
  if ((isMoney || Number.isInteger(value)) && value >= 0 && value <= most) return value
  const hint = isMoney ? 'write US dollars, as 2.50' : 'write 1, 2, …'
  throw new UsageError([{ message: `${name} ${filters[name]} is no number of that kind`, hint }])
}

/** The address of the list with these filters. */
export function addressOf(filters: ChainFilters): string {
  const query = new URLSearchParams(Object.entries(filters))
  return query.size === 0 ? '/' : `/?${query}`
}
