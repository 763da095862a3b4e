import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/calltrail-config.ts'
import { loadSuites } from '../config/suites.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'
import { promote } from '../forensics/promote.ts'
import { openHome } from '../journal/home.ts'
import { loadCallPrices } from '../models/call-prices.ts'
import { type ChainFilterOptions, type ChainsOptions, chainsOf } from './chains.ts'
import { commandPrefix } from './command-prefix.ts'
import { chainSources } from './commands/option-values.ts'
import { type Database, withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { say } from './run-command.ts'

const chainsUnlessSaid = 20
const texts = [
  'since',
  'until',
  'tool',
  'server',
  'user',
  'client',
  'outcome',
  'text',
  'session',
  'run',
  'source',
] as const
const numbers = new Map<string, keyof ChainsOptions>([
  ['tier', 'tier'],
  ['limit', 'limit'],
  ['min-tokens', 'minTokens'],
])

/** `since=7d,tool=read_text_file,limit=50`: the filters of `chains`. */
export function parseChainFilter(filter: string): Omit<ChainsOptions, 'json'> {
  const found: Record<string, string | number | true> = { limit: chainsUnlessSaid }
  for (const part of filter.split(',').filter((each) => each.trim() !== '')) {
    const [, name = '', value = ''] = /^\s*([a-z-]+)(?:=(.*))?$/.exec(part) ?? []
    if (texts.some((each) => each === name) && isTaken(name, value)) found[name] = value
    else if (numbers.has(name) && /^[1-9]\d*$/.test(value)) found[numbers.get(name) ?? ''] = Number(value)
    else if (name === 'min-cost' && Number(value) > 0 && Number.isFinite(Number(value)))
      found.minCost = Number(value)
    else if (name === 'denied' && value === '') found.denied = true
    else if (name !== 'all') throw new UsageError([{ message: `--from-chains: ${part} is no filter`, hint }])
  }
  return { limit: chainsUnlessSaid, ...found }
}

function isTaken(name: string, value: string): boolean {
  return name === 'source' ? chainSources.includes(value) : value !== ''
}

const hint = `write NAME=VALUE,…: ${[...texts, ...numbers.keys(), 'min-cost'].join(', ')}, denied; or all`

/**
 * A suite of what was asked in production: each chain that can be promoted is a case, which its own recording answers. It is
 * in memory alone; a chain that cannot be replayed is told, and left out, as are trials unless they or their run are named.
 */
export async function suitesFromChains(filter: string, config: Config): Promise<readonly Suite[]> {
  const { limit, ...filters } = parseChainFilter(filter)
  const folder = await mkdtemp(join(openHome(homePath()).path, 'from-chains-'))
  const file = join(folder, 'chains.yaml')
  try {
    const left = await withDatabase(async (database) => {
      const problems: string[] = []
      let replayed = 0
      for await (const chain of chainsAsked(database, filters, config)) {
        if (replayed + problems.length === limit) break
        const promoted = promote(database, chain, { suite: file, config })
        const problem = await promoted.then(() => null, unlessMistaken)
        if (problem === null) replayed += 1
        else problems.push(problem)
      }
      return { problems, replayed }
    })
    for (const problem of left.problems) say(problem)
    if (left.replayed > 0) return await loadSuites([file], config)
  } finally {
    await rm(folder, { recursive: true })
  }
  const message = `no chain that meets ${filter} can be replayed`
  throw new UsageError([{ message, hint: `${commandPrefix()} chains shows what is recorded` }])
}

const page = 100

/** Newest first: what people asked, which trials are not; unless they are named. */
async function* chainsAsked(
  database: Database,
  filters: ChainFilterOptions,
  { prices }: Config,
): AsyncIterable<string> {
  const asked = filters.run === undefined ? { source: 'recorded', ...filters } : filters
  const chains = chainsOf(database, asked, { page, loadPrices: () => loadCallPrices(prices) })
  for await (const { chain } of chains) yield chain
}

function unlessMistaken(error: unknown): string {
  if (error instanceof UsageError) return error.message
  throw error
}
