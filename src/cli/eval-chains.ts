import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config/calltrail-config.ts'
import { loadSuites } from '../config/suites.ts'
import type { Suite } from '../domain/suite.ts'
import { type Problem, UsageError } from '../errors.ts'
import { promote } from '../forensics/promote.ts'
import { openHome } from '../journal/home.ts'
import { loadCallPrices } from '../models/call-prices.ts'
import { timeOf } from '../show/point-in-time.ts'
import type { ChainRow } from '../store/queries.ts'
import { type ChainFilterOptions, type ChainsOptions, chainsOf } from './chains.ts'
import { commandPrefix } from './command-prefix.ts'
import { chainSources } from './commands/option-values.ts'
import { type Database, withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { say } from './run-command.ts'
import { suitesHere } from './suites-here.ts'

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
    if (texts.some((each) => each === name) && isTaken(name, value)) found[name] = readable(name, value)
    else if (numbers.has(name) && /^[1-9]\d*$/.test(value)) found[numbers.get(name) ?? ''] = Number(value)
    else if (name === 'min-cost' && Number(value) > 0 && Number.isFinite(Number(value)))
      found.minCost = Number(value)
    else if (name === 'denied' && value === '') found.denied = true
    else if (name !== 'all') throw new UsageError([{ message: `--from-chains: ${part} is no filter`, hint }])
  }
  return { limit: chainsUnlessSaid, ...found }
}

/** A time that is none is told as what it was written as. */
function readable(name: string, value: string): string {
  if (name === 'since' || name === 'until') timeOf(`--from-chains: ${name}`, value, Date.now())
  return value
}

function isTaken(name: string, value: string): boolean {
  return name === 'source' ? chainSources.includes(value) : value !== ''
}

const names = [...texts, ...numbers.keys(), 'min-cost'].join(', ')
const hint = `such as since=7d,tool=read_text_file: there are ${names}, denied; or all, the newest ${chainsUnlessSaid}`

/**
 * Suites of what was asked in production: each chain that can be promoted is a case, which its own recording answers, beside
 * others that the same policies judged. They are in memory alone; a chain that cannot be replayed is told, and left out, as
 * are trials unless they or their run are named.
 */
export async function suitesFromChains(filter: string, config: Config): Promise<readonly Suite[]> {
  const { limit, ...filters } = parseChainFilter(filter)
  const folder = await mkdtemp(join(openHome(homePath()).path, 'from-chains-'))
  const suite = (policies: string | null) =>
    join(folder, policies === null ? 'chains.yaml' : `chains-${policies.slice(0, 8)}.yaml`)
  const problems: string[] = []
  let replayed = 0
  try {
    const { suites } = await suitesHere(process.cwd())
    await withDatabase(async (database) => {
      for await (const { chain } of chainsAsked(database, filters, config)) {
        if (replayed + problems.length === limit) break
        const promoted = promote(database, chain, { suite, suites, config })
        const problem = await promoted.then(() => null, unlessMistaken)
        if (problem === null) replayed += 1
        else problems.push(problem)
      }
    })
    for (const problem of problems) say(problem)
    if (replayed > 0) return await loadSuites([folder], config)
  } finally {
    await rm(folder, { recursive: true })
  }
  throw new UsageError([nothingToReplay(filter, problems.length)])
}

function nothingToReplay(filter: string, met: number): Problem {
  if (met > 0)
    return {
      message: `--from-chains ${filter}: none of these chains can be replayed`,
      hint: 'each says above why not',
    }
  return {
    message: `--from-chains ${filter}: nothing that people asked meets it`,
    hint: `${commandPrefix()} chains --source recorded lists what calltrail record and gateway saw; the trials of a run: --from-chains run=RUN`,
  }
}

const page = 100

/** Newest first: what people asked, which trials are not; unless they are named. */
function chainsAsked(
  database: Database,
  filters: ChainFilterOptions,
  { prices }: Config,
): AsyncIterable<ChainRow> {
  const asked = filters.run === undefined ? { source: 'recorded', ...filters } : filters
  return chainsOf(database, asked, { page, loadPrices: () => loadCallPrices(prices) })
}

function unlessMistaken(error: unknown): string {
  if (error instanceof UsageError) return error.message
  throw error
}
