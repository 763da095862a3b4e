import { renderChains } from '../show/chains-list.ts'
import { chainsDocument } from '../show/json-document.ts'
import { timeOf } from '../show/point-in-time.ts'
import { terminalOf } from '../show/terminal.ts'
import { findChains } from '../store/find-chains.ts'
import type { ChainRow } from '../store/queries.ts'
import { commandPrefix } from './command-prefix.ts'
import { type Database, withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { print, printJson } from './print.ts'
import { oneRun } from './runs.ts'

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
  readonly text?: string
  readonly session?: string
  readonly run?: string
  readonly limit: number
  readonly json?: true
}

export async function listChains({ json, ...options }: ChainsOptions): Promise<number> {
  const { limit, ...filters } = options
  const query = { ...filters, ...timesOf(options, Date.now()), limit: limit + 1 }
  const found = await withDatabase((database) => chainsOf(database, query))
  const list = { rows: found.slice(0, limit), isWhole: found.length <= limit }
  const isFiltered = Object.keys(filters).length > 0
  if (json) printJson(chainsDocument(list))
  else
    print(
      renderChains(
        { ...list, isFiltered, command: commandPrefix(), home: homePath() },
        terminalOf(process.stdout, process.env),
      ),
    )
  return 0
}

/** The newest that meet the filters. */
export async function chainsOf(
  database: Database,
  options: Omit<ChainsOptions, 'json'>,
): Promise<readonly ChainRow[]> {
  const { denied, run, minTokens = 0, ...filters } = options
  const whole = run === undefined ? {} : { run: (await oneRun(database, run)).run }
  return findChains(database, { ...filters, ...whole, denied: denied ? 1 : 0, min_tokens: minTokens })
}

export function timesOf({ since, until }: Pick<ChainsOptions, 'since' | 'until'>, nowMs: number) {
  return {
    since: since === undefined ? '' : timeOf('--since', since, nowMs),
    until: until === undefined ? '' : timeOf('--until', until, nowMs),
  }
}
