import type { Cell } from '../evaluate/cell.ts'
import { groupBy } from '../evaluate/group-by.ts'
import type { RepeatedRates } from '../evaluate/statistics/repeated-rates.ts'
import type { Summary } from '../evaluate/summary.ts'
import { escapeText } from './escape.ts'
import { modelLabel } from './model-label.ts'
import { added, amount, dollarsAlike, rate, saving, score, turns, unknown } from './quantities.ts'
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
    ...tableLines(ordered, cellColumns(cells), terminal),
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
  columns: readonly CellColumn[],
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

interface CellColumn {
  readonly column: Column
  readonly of: (cell: Cell) => string
}

const exposureColumn: CellColumn = {
  column: { head: '  exposure' },
  of: ({ exposure }) => `  ${escapeText(exposure)}`,
}

const right = (head: string, of: CellColumn['of']): CellColumn => ({ column: { head, align: 'right' }, of })
const where = (condition: boolean, column: CellColumn) => (condition ? [column] : [])

function cellColumns(cells: readonly Cell[]): readonly CellColumn[] {
  const usd = dollarsAlike(cells.map(({ costUsd }) => costUsd))
  return [
    exposureColumn,
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
      hasCost({ cells }),
      right('USD', ({ costUsd }) => usd(costUsd)),
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

function hasCost({ cells }: Pick<Summary, 'cells'>): boolean {
  return cells.some(({ costUsd }) => (costUsd ?? 0) > 0)
}

function byPassRate(a: Cell, b: Cell): number {
  return (b.passRate?.rate ?? -1) - (a.passRate?.rate ?? -1)
}

/** What only some runs have to tell of their cells: a table of its own, so that no line grows too long. */
function moreColumns(cells: readonly Cell[]): readonly CellColumn[] {
  const k = repetitionsOf({ cells })
  const repeated = [
    right(`pass^${k}\n[95 %]`, (cell) => rate(repeatedOf(cell, k).passHatK)),
    right(`pass@${k}\n[95 %]`, (cell) => rate(repeatedOf(cell, k).passAtK)),
  ]
  return [...(k > 1 ? repeated : []), ...(hasPrice({ cells }) ? priceColumns : [])]
}

/** What tokens were saved at, beside the accuracy. */
const priceColumns: readonly CellColumn[] = [
  right('turns', (cell) => turns(cell.turns)),
  right('added\nturns', ({ addedTurns }) => added(addedTurns)),
  right('selected\nif hit', ({ selectionGivenHit }) => score(selectionGivenHit)),
]

function hasPrice({ cells }: Pick<Summary, 'cells'>): boolean {
  return cells.some(({ savingVsFull, retrievalHit }) => savingVsFull !== null || retrievalHit !== null)
}

/** 1 where each case was played once. */
export function repetitionsOf({ cells }: Pick<Summary, 'cells'>): number {
  return Math.max(1, ...cells.map(({ repeated }) => repeated.length))
}

/** All or any of k trials of a case. */
export function repeatedOf({ repeated }: Cell, k: number): Pick<RepeatedRates, 'passAtK' | 'passHatK'> {
  return repeated.find((rates) => rates.k === k) ?? { passAtK: null, passHatK: null }
}

/** What the columns of the tables of cells are; `isWhole`: every column is shown, whatever there is to tell. */
export function columnNotes(
  { cells }: Pick<Summary, 'cells'>,
  { isWhole }: { readonly isWhole: boolean },
): string {
  const k = repetitionsOf({ cells })
  const repeated = ` pass^${k}: cases that pass all of ${k} trials; pass@${k}: at least one of them.`
  const price =
    ' turns: model requests per trial; added turns: how many more than with all tools shown, on the same cases. ' +
    'selected if hit: expected tools that were called where all of them were found.'
  return (
    'F1: of tool selection. args: right arguments, given the right tool. def. tokens: tool definitions per model request; ' +
    'vs full: how much less that is than with all tools shown. hit: expected tools among those found. all tokens: per trial, ' +
    'what search finds is in it. ~: an estimate (o200k).' +
    (!isWhole && hasCost({ cells }) ? ' USD: per trial.' : '') +
    ' violations: of policy, observed, per 100 trials.' +
    (k > 1 ? repeated : '') +
    (isWhole || hasPrice({ cells }) ? price : '')
  )
}
