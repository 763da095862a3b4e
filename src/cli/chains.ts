import type { CallPrices } from '../domain/prices.ts'
import { chainsDocument } from '../show/chain-document.ts'
import { renderChains } from '../show/chains-list.ts'
import { expectRange, timeOf } from '../show/point-in-time.ts'
import { terminalOf } from '../show/terminal.ts'
import { chainTrials } from '../store/chain-trials.ts'
import { newestFirst } from '../store/find-chains.ts'
import { costlyChains, findPricedChains } from '../store/priced-chains.ts'
import type { ChainRow } from '../store/queries.ts'
import { callPrices } from './call-prices.ts'
import { commandPrefix } from './command-prefix.ts'
import { type Database, withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { oneRun } from './one-run.ts'
import { print, printJson } from './print.ts'

export interface ChainsOptions {
  readonly since?: string
  readonly until?: string
  readonly tool?: string
  readonly server?: string
  readonly user?: string
  readonly client?: string
  readonly outcome?: string
  readonly tier?: number
  readonly denied?: true
  readonly minTokens?: number
  readonly minCost?: number
  readonly text?: string
  readonly session?: string
  readonly run?: string
  readonly source?: string
  readonly limit: number
  readonly json?: true
}

export async function listChains({ json, ...options }: ChainsOptions): Promise<number> {
  const { limit, ...filters } = options
  const list = await withDatabase(async (database) => {
    const params = { ...(await paramsOf(database, filters)), limit: limit + 1 }
    const found = await findPricedChains(database, params, callPrices)
    const rows = found.slice(0, limit)
    return { rows, isWhole: found.length <= limit, trials: await chainTrials(database, rows) }
  })
  const isFiltered = Object.keys(filters).length > 0
  if (json) printJson(chainsDocument(list))
  else
    print(
      renderChains(
        {
          ...list,
          isFiltered,
          isOfRun: filters.run !== undefined,
          isOfSource: filters.source !== undefined,
          isPriced: filters.minCost !== undefined,
          command: commandPrefix(),
          home: homePath(),
        },
        terminalOf(process.stdout, process.env),
      ),
    )
  return 0
}

export type ChainFilterOptions = Omit<ChainsOptions, 'json' | 'limit'>

/** All that meet the filters, newest first. */
export async function* chainsOf(
  database: Database,
  filters: ChainFilterOptions,
  { page, loadPrices }: { readonly page: number; readonly loadPrices: () => Promise<CallPrices> },
): AsyncIterable<ChainRow> {
  const params = { ...(await paramsOf(database, filters)), limit: page }
  if (params.min_cost > 0) yield* costlyChains(database, params, await loadPrices())
  else for await (const rows of newestFirst(database, params)) yield* rows
}

/** Of the query `chains`. */
async function paramsOf(database: Database, filters: ChainFilterOptions) {
  const { denied, run, minTokens = 0, minCost = 0, ...rest } = filters
  const whole = run === undefined ? {} : { run: (await oneRun(database, run)).run }
  const numbers = { denied: denied ? 1 : 0, min_tokens: minTokens, min_cost: minCost }
  return { ...rest, ...whole, ...numbers, ...timesOf(filters, Date.now()) }
}

function timesOf({ since, until }: Pick<ChainsOptions, 'since' | 'until'>, nowMs: number) {
  const range = {
    since: since === undefined ? '' : timeOf('--since', since, nowMs),
    until: until === undefined ? '' : timeOf('--until', until, nowMs),
  }
  expectRange(range)
  return range
}
