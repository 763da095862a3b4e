import type { ChainRow } from '../store/queries.ts'
import { escapeText } from './escape.ts'
import { amount, duration, time, unknown } from './quantities.ts'
import { shortIds } from './short-id.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

export function renderChains(rows: readonly ChainRow[], terminal: Terminal): string {
  if (rows.length === 0) return 'No chain is recorded here that fits.\n'
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
  return `${[...heading, ...lines].join('\n')}\n`
}
