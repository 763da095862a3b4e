import type { RebuildReport } from '../store/rebuild.ts'
import { amount, count } from './quantities.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

/** What is in the database now, and what was. `command`: how this program is called. */
export function renderRebuild(
  { entries, tables, setAside }: RebuildReport,
  command: string,
  { columns }: Terminal,
): string {
  const cells = Object.entries(tables).map(([name, { before, after }]) => [
    name,
    before === null ? '?' : amount(before),
    after === null ? '?' : amount(after),
  ])
  const { heading, rows } = table(
    [{ head: 'table' }, { head: 'rows before', align: 'right' }, { head: 'rows now', align: 'right' }],
    cells,
    columns,
  )
  return [
    `the database is made anew from ${count(entries, 'entry', 'entries')}`,
    ...(setAside === null
      ? []
      : [
          `the old one could not be opened, and lies in ${setAside}; what it knew of checkpoints is not in the new one`,
        ]),
    '',
    ...heading,
    ...rows,
    '',
    `whether these are the entries that were written: ${command} audit verify`,
  ].join('\n')
}
