import type { Cell } from '../evaluate/cell.ts'
import { groupBy } from '../evaluate/group-by.ts'
import type { Summary } from '../evaluate/summary.ts'
import { type CellColumn, cellColumns, columnNotes, hasCost, hasPrice } from './cell-columns.ts'
import { escapeText } from './escape.ts'
import { modelLabel } from './model-label.ts'
import { amount } from './quantities.ts'
import { type Column, table, wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

/** The cells of a run, model by model, baselines last, each group from the best pass rate on. */
export function cellLines(
  { cells }: Pick<Summary, 'cells'>,
  models: readonly { readonly name: string; readonly kind: string }[],
  terminal: Terminal,
): readonly string[] {
  if (cells.length === 0) return ['No trial was done.']
  const ordered = cellsByModel(cells, models)
  const more = moreColumns(cells)
  return [
    ...tableLines(ordered, lineColumns(cells), terminal),
    ...(more.length > 0 ? ['', ...tableLines(ordered, [exposureColumn, ...more], terminal)] : []),
    '',
    ...wrap(columnNotes({ cells }, { isWhole: false }).split(' '), terminal.columns).map((line) =>
      paint(line, 'quiet', terminal),
    ),
  ]
}

interface ModelCells {
  /** The model, escaped. */
  readonly heading: string
  readonly cells: readonly Cell[]
}

/** Model by model, baselines last, each group from the best pass rate on. */
export function cellsByModel(
  cells: readonly Cell[],
  models: readonly { readonly name: string; readonly kind: string }[],
): readonly ModelCells[] {
  const kinds = new Map(models.map(({ name, kind }) => [name, kind]))
  const groups = [...groupBy(cells, ({ model }) => model)].sort(
    ([a], [b]) => Number(kinds.get(a) === 'baseline') - Number(kinds.get(b) === 'baseline'),
  )
  return groups.map(([model, ofModel]) => {
    return { heading: modelLine(model, kinds.get(model)), cells: [...ofModel].sort(byPassRate) }
  })
}

function tableLines(
  models: readonly ModelCells[],
  columns: readonly LineColumn[],
  terminal: Terminal,
): readonly string[] {
  const { heading, rows } = table(
    columns.map(({ column }) => column),
    models.flatMap(({ cells }) => cells.map((cell) => columns.map(({ of }) => of(cell)))),
    terminal.columns,
  )
  const lines = [...rows]
  return [...heading, ...models.flatMap(({ heading, cells }) => [heading, ...lines.splice(0, cells.length)])]
}

function modelLine(model: string, kind: string | undefined): string {
  return modelLabel(model) + (kind === 'test double' ? ' (test double)' : '')
}

interface LineColumn {
  readonly column: Column
  readonly of: (cell: Cell) => string
}

const exposureColumn: LineColumn = {
  column: { head: '  exposure' },
  of: ({ exposure }) => `  ${escapeText(exposure)}`,
}

const right = ({ head, of }: CellColumn): LineColumn => ({ column: { head, align: 'right' }, of })
const where = (condition: boolean, column: CellColumn) => (condition ? [column] : [])

function lineColumns(cells: readonly Cell[]): readonly LineColumn[] {
  const { first, usd, violations } = cellColumns(cells, { isPadded: true })
  const columns = [
    ...first,
    ...where(hasCost({ cells }), usd),
    violations,
    ...where(
      cells.some(({ notJudged }) => notJudged > 0),
      { head: 'not\njudged', of: ({ notJudged }) => amount(notJudged) },
    ),
    ...where(
      cells.some(({ infrastructureErrors }) => infrastructureErrors > 0),
      { head: 'errors', of: ({ infrastructureErrors }) => amount(infrastructureErrors) },
    ),
  ]
  return [exposureColumn, ...columns.map(right)]
}

function byPassRate(a: Cell, b: Cell): number {
  return (b.passRate?.rate ?? -1) - (a.passRate?.rate ?? -1)
}

/** What only some runs have to tell of their cells: a table of its own, so that no line grows too long. */
function moreColumns(cells: readonly Cell[]): readonly LineColumn[] {
  const { repeated, turns, added, selectedIfHit } = cellColumns(cells, { isPadded: true })
  return [...repeated, ...(hasPrice({ cells }) ? [turns, added, selectedIfHit] : [])].map(right)
}
