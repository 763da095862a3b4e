import { UsageError } from '../errors.ts'
import { readChain } from '../forensics/read-chain.ts'
import { openHome } from '../journal/home.ts'
import { chainDocument } from '../show/chain-document.ts'
import { renderChain } from '../show/chain-tree.ts'
import { escapeText } from '../show/escape.ts'
import { count, time } from '../show/quantities.ts'
import { cut } from '../show/table.ts'
import { terminalOf } from '../show/terminal.ts'
import { isRefuted } from '../store/chain-proof.ts'
import { resolveChain } from '../store/resolve-chain.ts'
import { callPrices } from './call-prices.ts'
import { chainReport, chainReports } from './chain-reports.ts'
import { commandPrefix } from './command-prefix.ts'
import { type Database, withDatabase } from './database.ts'
import { homePath } from './home.ts'
import { print, printJson } from './print.ts'
import { writeReport } from './report-files.ts'
import { say } from './run-command.ts'

export interface ChainOptions {
  readonly report?: readonly string[]
  readonly json?: true
}

export async function showChain(prefix: string, { report = [], json }: ChainOptions): Promise<number> {
  const reports = chainReports(report)
  const { view, written } = await withDatabase(async (database) => {
    const view = await readChain(openHome(homePath()), database, await oneChain(database, prefix), callPrices)
    return { view, written: await Promise.all(reports.map((each) => chainReport(database, view, each))) }
  })
  for (const each of written) writeReport(each)
  if (json) printJson(chainDocument(view))
  else print(renderChain(view, terminalOf(process.stdout, process.env)))
  for (const { file } of written) say(`written: ${file}`)
  return isRefuted(view.proof) ? 1 : 0
}

/** Of those that a prefix may mean. */
const mostNamed = 20
const longestWords = 48

/** The chain that a prefix means; throws a `UsageError` where it is none, or several. */
export async function oneChain(database: Database, prefix: string): Promise<string> {
  const found = await resolveChain(database, prefix, mostNamed + 1)
  const [first] = found
  if (first && found.length === 1) return first.chain
  if (!first)
    throw new UsageError([
      { message: `no chain ${prefix} in ${homePath()}`, hint: `${commandPrefix()} chains lists them` },
    ])
  const named = found.slice(0, mostNamed)
  const lines = named.map(({ chain, started, spans, prompt, tools }) => {
    const facts = `${chain}  ${time(started)} UTC  ${count(spans, 'span').padStart(9)}`
    return `${facts}  ${cut(escapeText(prompt ?? tools.join(', ')), longestWords)}`
  })
  if (found.length > mostNamed) lines.push('… and more')
  throw new UsageError([
    { message: `${prefix} may mean several chains; give more of one of them:`, hint: lines.join('\n') },
  ])
}
