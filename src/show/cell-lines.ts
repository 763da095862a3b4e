import type { Cell } from '../evaluate/cell.ts'
import { groupBy } from '../evaluate/group-by.ts'
import type { Summary } from '../evaluate/summary.ts'
import { escapeText } from './escape.ts'
import { modelLabel } from './model-label.ts'
import { amount, dollars, rate, saving, score, unknown } from './quantities.ts'
import { type Column, table, wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

/** The cells of a run, model by model, baselines last, each group from the best pass rate on. */
export function cellLines(
  { cells }: Pick<Summary, 'cells'>,
  models: readonly { readonly name: string; readonly kind: string }[],
  terminal: Terminal,
): readonly string[] {
  if (cells.length === 0) return ['No trial was done.']
  const kinds = new Map(models.map(({ name, kind }) => [name, kind]))
  const groups = [...groupBy(cells, ({ model }) => model)].sort(
    ([a], [b]) => Number(kinds.get(a) === 'baseline') - Number(kinds.get(b) === 'baseline'),
  )
  const columns = cellColumns(cells)
  const ordered = groups.flatMap(([, ofModel]) => [...ofModel].sort(byPassRate))
  const { heading, rows } = table(
    columns.map(({ column }) => column),
    ordered.map((cell) => columns.map(({ of }) => of(cell))),
    terminal.columns,
  )
  const lines = [...rows]
  return [
    ...heading,
    ...groups.flatMap(([model, { length }]) => [
      modelLine(model, kinds.get(model)),
      ...lines.splice(0, length),
    ]),
    '',
    ...footnotes(terminal),
  ]
}

function modelLine(model: string, kind: string | undefined): string {
  return modelLabel(model) + (kind === 'test double' ? ' (test double)' : '')
}

interface CellColumn {
  readonly column: Column
  readonly of: (cell: Cell) => string
}

function cellColumns(cells: readonly Cell[]): readonly CellColumn[] {
  const right = (head: string, of: CellColumn['of']): CellColumn => ({ column: { head, align: 'right' }, of })
  const where = (condition: boolean, column: CellColumn) => (condition ? [column] : [])
  return [
    { column: { head: '  exposure' }, of: ({ exposure }) => `  ${escapeText(exposure)}` },
    right('pass\n[95 %]', ({ passRate }) => rate(passRate)),
    right('F1', ({ selectionF1 }) => score(selectionF1)),
    right('args', ({ argumentAccuracy }) => score(argumentAccuracy)),
    right('def.\ntokens', ({ definitionTokens }) => amount(definitionTokens, { isEstimate: true })),
    right('vs\nfull', ({ savingVsFull }) => saving(savingVsFull)),
    right('hit', ({ retrievalHit }) => score(retrievalHit)),
    right('all\ntokens', ({ totalTokens, totalTokensEstimated: isEstimate }) =>
      amount(totalTokens, { isEstimate }),
    ),
    ...where(
      cells.some(({ costUsd }) => (costUsd ?? 0) > 0),
      right('USD', ({ costUsd }) => dollars(costUsd)),
    ),
    right('violations', ({ violationsPer100 }) => violationsPer100?.toFixed(1) ?? unknown),
    ...where(
      cells.some(({ notJudged }) => notJudged > 0),
      right('not\njudged', ({ notJudged }) => amount(notJudged)),
    ),
    ...where(
      cells.some(({ infrastructureErrors }) => infrastructureErrors > 0),
      right('errors', ({ infrastructureErrors }) => amount(infrastructureErrors)),
    ),
  ]
}

function byPassRate(a: Cell, b: Cell): number {
  return (b.passRate?.rate ?? -1) - (a.passRate?.rate ?? -1)
}

/** What the columns of the table of cells are. */
export const columnNotes =
  'F1: of tool selection. args: right arguments, given the right tool. def. tokens: tool definitions per model request; ' +
  'vs full: how much less that is than with all tools shown. hit: expected tools among those found. all tokens: per trial, ' +
  'what search finds is in it. ~: an estimate (o200k). violations: of policy, observed, per 100 trials.'

function footnotes(terminal: Terminal): readonly string[] {
  return wrap(columnNotes.split(' '), terminal.columns).map((line) => paint(line, 'quiet', terminal))
}
