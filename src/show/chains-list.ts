import type { PricedChainRow } from '../store/priced-chains.ts'
import type { ChainRow } from '../store/queries.ts'
import { costWords } from './chain-words.ts'
import { escapeText } from './escape.ts'
import { amount, duration, time, unknown } from './quantities.ts'
import { shortIds } from './short-id.ts'
import { type Cell, type Column, table } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

export interface ChainsList {
  readonly rows: readonly PricedChainRow[]
  /** Whether there are no others that fit. */
  readonly isWhole: boolean
  readonly isFiltered: boolean
  /** Whether those are wanted that cost something. */
  readonly isPriced?: boolean
  /** How this program is called, and where it looked. */
  readonly command: string
  readonly home: string
}

export function renderChains(list: ChainsList, terminal: Terminal): string {
  const { rows, isWhole, isFiltered, isPriced, command, home } = list
  if (rows.length === 0) {
    if (isPriced)
      return `No chain in ${home} fits; a call whose price nobody knows counts for nothing: prices: in calltrail.yaml may name it.\n`
    if (isFiltered) return `No chain in ${home} fits; ${command} chains lists all.\n`
    return `No chain is recorded in ${home} yet. Record a server: ${command} record -- COMMAND\n`
  }
  const columns = columnsOf(rows)
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)))
  const { heading, rows: lines } = table(columns, cells, terminal.columns)
  const more = paint(`the newest ${rows.length}; --limit N shows more`, 'quiet', terminal)
  return `${[...heading, ...lines, ...(isWhole ? [] : [more])].join('\n')}\n`
}

/** Where no chain has an error, a denial, or a known cost, there is no column of it: the words need the room. */
function columnsOf(
  rows: readonly PricedChainRow[],
): readonly (Column & { readonly cell: (row: PricedChainRow) => Cell })[] {
  const shorten = shortIds(rows.map(({ chain }) => chain))
  const counted = (['errors', 'denied'] as const).filter((name) => rows.some((row) => row[name] > 0))
  return [
    { head: 'chain', cell: ({ chain }) => shorten(chain) },
    { head: 'started (UTC)', cell: ({ started }) => time(started) },
    { head: 'took', align: 'right', cell: ({ duration_ms }) => duration(duration_ms) },
    { head: 'calls', align: 'right', cell: ({ tool_calls }) => amount(tool_calls) },
    ...counted.map((head) => ({
      ...{ head, align: 'right' as const },
      cell: ({ [head]: number }: ChainRow) => (number === 0 ? unknown : amount(number)),
    })),
    ...(rows.some(({ cost_usd }) => cost_usd)
      ? [{ head: 'cost', align: 'right' as const, cell: (row: PricedChainRow) => costWords(row) }]
      : []),
    { head: 'prompt, or what was called', isFlexible: true, cell: wordsOf },
  ]
}

/** Calls of one tool often differ at the end of their arguments only. */
function wordsOf({ prompt, tools, arguments: written }: ChainRow): Cell {
  if (prompt !== null) return escapeText(prompt)
  const called = tools.join(', ')
  return written === null ? escapeText(called) : { text: escapeText(`${called} ${written}`), keepsEnd: true }
}
