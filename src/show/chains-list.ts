import type { ChainRow } from '../store/queries.ts'
import { escapeText } from './escape.ts'
import { amount, duration, time, unknown } from './quantities.ts'
import { shortIds } from './short-id.ts'
import { table } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

export interface ChainsList {
  readonly rows: readonly ChainRow[]
  /** Whether there are no others that fit. */
  readonly isWhole: boolean
  readonly isFiltered: boolean
  /** How this program is called, and where it looked. */
  readonly command: string
  readonly home: string
}

export function renderChains(list: ChainsList, terminal: Terminal): string {
  const { rows, isWhole, isFiltered, command, home } = list
  if (rows.length === 0) {
    if (isFiltered) return `No chain in ${home} fits; ${command} chains lists all.\n`
    return `No chain is recorded in ${home} yet. Record a server: ${command} record -- COMMAND\n`
  }
  const shorten = shortIds(rows.map(({ chain }) => chain))
  const columns = [
    { head: 'chain' },
    { head: 'started (UTC)' },
    { head: 'took', align: 'right' },
    { head: 'calls', align: 'right' },
    { head: 'errors', align: 'right' },
    { head: 'denied', align: 'right' },
    { head: 'prompt, or what was called', isFlexible: true },
  ] as const
  const cells = rows.map((row) => [
    shorten(row.chain),
    time(row.started),
    duration(row.duration_ms),
    amount(row.tool_calls),
    row.errors === 0 ? unknown : amount(row.errors),
    row.denied === 0 ? unknown : amount(row.denied),
    escapeText(row.prompt ?? row.tools.join(', ')),
  ])
  const { heading, rows: lines } = table(columns, cells, terminal.columns)
  const more = paint(`the newest ${rows.length}; --limit N shows more`, 'quiet', terminal)
  return `${[...heading, ...lines, ...(isWhole ? [] : [more])].join('\n')}\n`
}
