import type { RunCell, RunRow } from '../store/queries.ts'
import { escapeText } from './escape.ts'
import { modelLabel } from './model-label.ts'
import { amount, duration, time } from './quantities.ts'
import { shortIds } from './short-id.ts'
import { table } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

export interface RunsList {
  readonly rows: readonly RunRow[]
  /** Whether there are no others. */
  readonly isWhole: boolean
  /** How this program is called, and where it looked. */
  readonly command: string
  readonly home: string
}

export function renderRuns({ rows, isWhole, command, home }: RunsList, terminal: Terminal): string {
  if (rows.length === 0) return `No run is recorded in ${home} yet. Play one: ${command} eval SUITE\n`
  const shorten = shortIds(rows.map(({ run }) => run))
  const columns = [
    { head: 'run' },
    { head: 'started (UTC)' },
    { head: 'state' },
    { head: 'trials', align: 'right' },
    { head: 'took', align: 'right' },
    { head: 'best cell', isFlexible: true },
  ] as const
  const cells = rows.map((row) => [
    shorten(row.run),
    time(row.started),
    row.state,
    row.done === row.planned ? amount(row.done) : `${amount(row.done)}/${amount(row.planned)}`,
    duration(row.duration_ms),
    bestCell(row.cells),
  ])
  const { heading, rows: lines } = table(columns, cells, terminal.columns)
  const more = paint(`the newest ${rows.length}; --limit N shows more`, 'quiet', terminal)
  return `${[...heading, ...lines, ...(isWhole ? [] : [more])].join('\n')}\n`
}

function bestCell(cells: readonly RunCell[]): string {
  const judged = cells.filter(({ passed, failed }) => passed + failed > 0)
  const share = ({ passed, failed }: RunCell) => passed / (passed + failed)
  const [best] = [...judged].sort((a, b) => share(b) - share(a))
  if (!best) return '–'
  return `${Math.round(share(best) * 100)} % ${escapeText(best.exposure)} × ${modelLabel(best.model)}`
}
