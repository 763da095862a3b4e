import type { RunCell, RunRow } from '../store/queries.ts'
import { escapeText } from './escape.ts'
import { amount, duration, time, unknown } from './quantities.ts'
import { shortIds } from './short-id.ts'
import { type Column, type Table, table } from './table.ts'
import { paint, type Terminal } from './terminal.ts'
import { textWidth } from './text-width.ts'

export interface RunsList {
  readonly rows: readonly ListedRun[]
  /** Whether there are no others. */
  readonly isWhole: boolean
  /** How this program is called, and where it looked. */
  readonly command: string
  readonly home: string
}

export interface ListedRun extends RunRow {
  /** What `--run-id` gave; null where it gave an id, or nothing. */
  readonly name: string | null
}

export function renderRuns({ rows, isWhole, command, home }: RunsList, terminal: Terminal): string {
  if (rows.length === 0) return `No run is recorded in ${home} yet. Play one: ${command} eval SUITE\n`
  const { heading, rows: lines } = fitted(rows, terminal)
  const more = paint(`the newest ${rows.length}; --limit N shows more`, 'quiet', terminal)
  const notes = [
    ...(isWhole ? [] : [more]),
    ...notesOf(rows, heading).map((note) => paint(note, 'quiet', terminal)),
  ]
  return `${[...heading, ...lines, ...notes].join('\n')}\n`
}

/** What a narrower terminal goes without: `runs ID` tells it. */
const forms = ['best cell', 'best', 'none', 'no time', 'no trials'] as const

type Form = (typeof forms)[number]

/** A pipe is as wide as it takes; on a screen, what tells runs apart stays longest. */
function fitted(rows: readonly ListedRun[], { isTTY, columns }: Terminal): Table {
  const shorten = shortIds(rows.flatMap(({ run, rescores }) => [run, rescores ?? run]))
  const tableIn = (form: Form, width: number) => {
    const shown = columnsOf(rows, shorten, form)
    return table(
      shown.map(({ column }) => column),
      rows.map((row) => shown.map(({ of }) => of(row))),
      width,
    )
  }
  const wide = forms.map((form) => tableIn(form, Number.POSITIVE_INFINITY))
  const isNarrow = (shown: Table) =>
    [...shown.heading, ...shown.rows].every((line) => textWidth(line) <= columns)
  const found = isTTY ? wide.find(isNarrow) : wide[0]
  return found ?? tableIn('no trials', columns)
}

interface RunColumn {
  readonly column: Column
  readonly of: (row: ListedRun) => string
}

const where = (
  condition: boolean,
  head: string,
  of: RunColumn['of'],
  align: 'left' | 'right' = 'left',
): readonly RunColumn[] => (condition ? [{ column: { head, align }, of }] : [])

/** Columns that would be empty are left out. */
function columnsOf(
  rows: readonly ListedRun[],
  shorten: (id: string) => string,
  form: Form,
): readonly RunColumn[] {
  return [
    { column: { head: 'run' }, of: ({ run, name }) => (name === null ? shorten(run) : escapeText(name)) },
    { column: { head: 'started (UTC)' }, of: ({ started }) => time(started) },
    { column: { head: 'suites', isFlexible: true }, of: suitesOf },
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
    ...where(form !== 'no trials', 'trials', trialsOf, 'right'),
    ...where(
      form !== 'no trials' && rows.some(({ infrastructure_errors: errors }) => errors > 0),
      'errors',
      ({ infrastructure_errors: errors }) => (errors > 0 ? amount(errors) : ''),
      'right',
    ),
    ...where(
      form !== 'no time' && form !== 'no trials',
      'took',
      ({ duration_ms }) => duration(duration_ms),
      'right',
    ),
    ...where(form === 'best', 'best', ({ cells }) => shareOf(bestOf(cells)), 'right'),
    ...where(form === 'best cell', 'best cell', ({ cells }) => bestCell(cells)),
  ]
}

function suitesOf({ suites }: RunRow): string {
  const named: readonly { readonly name: string }[] = JSON.parse(suites)
  return escapeText(named.map(({ name }) => name).join(', '))
}

/** `48 + 144`: those of the plan, and those that the gate played beyond it. */
function trialsOf({ done, planned, replayed }: RunRow): string {
  const own = done === planned ? amount(done) : `${amount(done)}/${amount(planned)}`
  return replayed > 0 ? `${own} + ${amount(replayed)}` : own
}

/** Of the columns that are shown. */
function notesOf(rows: readonly RunRow[], heading: readonly string[]): readonly string[] {
  const has = (column: string) => heading.some((line) => line.includes(column))
  const isBaseline = rows.some(({ cells }) => bestOf(cells)?.model.startsWith('baseline:'))
  return [
    ...(has('trials') && rows.some(({ replayed }) => replayed > 0)
      ? ['trials: of the plan + played again by the gate']
      : []),
    ...(has('best cell') && isBaseline ? ['baseline:… is a baseline, not a language model'] : []),
  ]
}

function bestOf(cells: readonly RunCell[]): RunCell | undefined {
  const judged = cells.filter(({ passed, failed }) => passed + failed > 0)
  const share = ({ passed, failed }: RunCell) => passed / (passed + failed)
  return [...judged].sort((a, b) => share(b) - share(a))[0]
}

function bestCell(cells: readonly RunCell[]): string {
  const best = bestOf(cells)
  return best ? `${shareOf(best)} ${escapeText(`${best.exposure} × ${best.model}`)}` : shareOf(best)
}

function shareOf(cell: RunCell | undefined): string {
  return cell ? `${Math.round((cell.passed / (cell.passed + cell.failed)) * 100)} %` : unknown
}
