import type { RunCell, RunRow } from '../store/queries.ts'
import { escapeText } from './escape.ts'
import { amount, duration, time } from './quantities.ts'
import { shortIds } from './short-id.ts'
import { type Column, table } from './table.ts'
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
  const columns = columnsOf(rows, shortIds(rows.flatMap(({ run, rescores }) => [run, rescores ?? run])))
  const cells = rows.map((row) => columns.map(({ of }) => of(row)))
  const { heading, rows: lines } = table(
    columns.map(({ column }) => column),
    cells,
    terminal.columns,
  )
  const more = paint(`the newest ${rows.length}; --limit N shows more`, 'quiet', terminal)
  const notes = [...(isWhole ? [] : [more]), ...baselineNote(rows, terminal)]
  return `${[...heading, ...lines, ...notes].join('\n')}\n`
}

interface RunColumn {
  readonly column: Column
  readonly of: (row: RunRow) => string
}

/** Columns that would be empty are left out. */
function columnsOf(rows: readonly RunRow[], shorten: (id: string) => string): readonly RunColumn[] {
  const where = (
    condition: boolean,
    head: string,
    of: RunColumn['of'],
    align: 'left' | 'right' = 'left',
  ): readonly RunColumn[] => (condition ? [{ column: { head, align }, of }] : [])
  return [
    { column: { head: 'run' }, of: ({ run }) => shorten(run) },
    { column: { head: 'started (UTC)' }, of: ({ started }) => time(started) },
    { column: { head: 'state' }, of: ({ state }) => state },
    ...where(
      rows.some(({ verdict }) => verdict !== null),
      'gate',
      ({ verdict }) => verdict ?? '',
    ),
    ...where(
      rows.some(({ rescores }) => rescores !== null),
      'grades again',
      ({ rescores }) => (rescores === null ? '' : shorten(rescores)),
    ),
    { column: { head: 'trials', align: 'right' }, of: trialsOf },
    ...where(
      rows.some(({ infrastructure_errors: errors }) => errors > 0),
      'errors',
      ({ infrastructure_errors: errors }) => (errors > 0 ? amount(errors) : ''),
      'right',
    ),
    { column: { head: 'took', align: 'right' }, of: ({ duration_ms }) => duration(duration_ms) },
    { column: { head: 'best cell', isFlexible: true }, of: ({ cells }) => bestCell(cells) },
  ]
}

function trialsOf({ done, planned }: RunRow): string {
  return done === planned ? amount(done) : `${amount(done)}/${amount(planned)}`
}

/** The column has no room for it. */
function baselineNote(rows: readonly RunRow[], terminal: Terminal): readonly string[] {
  const isBaseline = rows.some(({ cells }) => bestOf(cells)?.model.startsWith('baseline:'))
  return isBaseline ? [paint('baseline:… is a baseline, not a language model', 'quiet', terminal)] : []
}

function bestOf(cells: readonly RunCell[]): RunCell | undefined {
  const judged = cells.filter(({ passed, failed }) => passed + failed > 0)
  const share = ({ passed, failed }: RunCell) => passed / (passed + failed)
  return [...judged].sort((a, b) => share(b) - share(a))[0]
}

function bestCell(cells: readonly RunCell[]): string {
  const best = bestOf(cells)
  if (!best) return '–'
  const { passed, failed, exposure, model } = best
  return `${Math.round((passed / (passed + failed)) * 100)} % ${escapeText(`${exposure} × ${model}`)}`
}
