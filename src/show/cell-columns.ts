import type { Cell } from '../evaluate/cell.ts'
import type { RepeatedRates } from '../evaluate/statistics/repeated-rates.ts'
import type { Summary } from '../evaluate/summary.ts'
import { added, amount, dollarsAlike, rate, saving, score, turns, unknown } from './quantities.ts'

/** What is told of a cell, wherever it is shown. */
export interface CellColumn {
  /** Where it may be broken, to save width, is a line break. */
  readonly head: string
  /** What its number is of, where there is room to say so. */
  readonly per?: string
  readonly of: (cell: Cell) => string
}

/** Each view shows those that it has room for. `isPadded`: rates stand below each other by spaces. */
export function cellColumns(cells: readonly Cell[], { isPadded = false } = {}) {
  const usd = dollarsAlike(cells.map(({ costUsd }) => costUsd))
  const k = repetitionsOf({ cells })
  const repeated: readonly CellColumn[] = [
    { head: `pass^${k}\n[95 %]`, of: (cell) => rate(repeatedOf(cell, k).passHatK, { isPadded }) },
    { head: `pass@${k}\n[95 %]`, of: (cell) => rate(repeatedOf(cell, k).passAtK, { isPadded }) },
  ]
  const columns = {
    passed: { head: 'pass\n[95 %]', of: ({ passRate }) => rate(passRate, { isPadded }) },
    selection: { head: 'F1', of: ({ selectionF1 }) => score(selectionF1) },
    arguments: { head: 'args', of: ({ argumentAccuracy }) => score(argumentAccuracy) },
    definitions: {
      head: 'def.\ntokens',
      of: ({ definitionTokens }) => amount(definitionTokens, { isEstimate: true }),
    },
    saved: { head: 'vs\nfull', of: ({ savingVsFull }) => saving(savingVsFull) },
    hit: { head: 'hit', of: ({ retrievalHit }) => score(retrievalHit) },
    tokens: {
      head: 'all\ntokens',
      of: ({ totalTokens, totalTokensEstimated: isEstimate }) => amount(totalTokens, { isEstimate }),
    },
    usd: { head: 'USD', per: 'per trial', of: ({ costUsd }) => usd(costUsd) },
    violations: {
      ...{ head: 'violations', per: 'per 100' },
      of: ({ violationsPer100 }) => violationsPer100?.toFixed(1) ?? unknown,
    },
    turns: { head: 'turns', of: (cell) => turns(cell.turns) },
    added: { head: 'added\nturns', of: ({ addedTurns }) => added(addedTurns) },
    selectedIfHit: { head: 'selected\nif hit', of: ({ selectionGivenHit }) => score(selectionGivenHit) },
  } satisfies Readonly<Record<string, CellColumn>>
  const { passed, selection, arguments: given, definitions, saved, hit, tokens } = columns
  // What the terminal and the page begin with.
  const first: readonly CellColumn[] = [passed, selection, given, definitions, saved, hit, tokens]
  return { ...columns, first, repeated: k > 1 ? repeated : [] }
}

/** For a table that has room. */
export function wholeHead({ head, per }: CellColumn): string {
  return head.replace('\n', ' ') + (per === undefined ? '' : ` ${per}`)
}

export function hasCost({ cells }: Pick<Summary, 'cells'>): boolean {
  return cells.some(({ costUsd }) => (costUsd ?? 0) > 0)
}

export function hasPrice({ cells }: Pick<Summary, 'cells'>): boolean {
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
