import { cellKey, type RunCase, type RunCell } from './run-cells.ts'

export interface CellPair {
  readonly a: RunCell
  readonly b: RunCell
}

/** A case that both cells have, under one truth. */
export interface CasePair {
  readonly a: RunCase
  readonly b: RunCase
}

/** Of two runs of one suite the same cases stand at the same places; from where they part on, each is looked up. */
export function pairCases(a: readonly RunCase[], b: readonly RunCase[]) {
  const pairs: CasePair[] = []
  for (const [place, row] of b.entries()) {
    const other = a[place]
    if (!other || !isSame(other, row)) break
    pairs.push({ a: other, b: row })
  }
  const begun = pairs.length
  const onlyA = new Map(a.slice(begun).map((row) => [keyOfCase(row), row]))
  const onlyB: RunCase[] = []
  for (const row of b.slice(begun)) {
    const other = onlyA.get(keyOfCase(row))
    if (other) pairs.push({ a: other, b: row })
    else onlyB.push(row)
    onlyA.delete(keyOfCase(row))
  }
  return { pairs, onlyA: [...onlyA.values()], onlyB }
}

function isSame(one: RunCase, other: RunCase): boolean {
  return one.id === other.id && one.truth === other.truth && one.suite === other.suite
}

/** None of the three holds a line break. */
function keyOfCase({ suite, id, truth }: RunCase): string {
  return `${suite}\n${id}\n${truth}`
}

/** What is compared with what, and what is with nothing. */
export interface Pairing {
  readonly pairs: readonly CellPair[]
  readonly onlyA: readonly RunCell[]
  readonly onlyB: readonly RunCell[]
}

/**
 * The same model and exposure in both runs. Where none is in both, and one of them has a single exposure, they are compared
 * by model, and where one has a single model by exposure; a single cell is compared with a single cell, whatever they are.
 */
export function pairCells(a: readonly RunCell[], b: readonly RunCell[]): Pairing {
  const pairs = pairsOf(a, b)
  return {
    pairs,
    onlyA: a.filter((cell) => pairs.every((pair) => pair.a !== cell)),
    onlyB: b.filter((cell) => pairs.every((pair) => pair.b !== cell)),
  }
}

function pairsOf(a: readonly RunCell[], b: readonly RunCell[]): readonly CellPair[] {
  const same = pairBy(a, b, cellKey)
  if (same.length > 0) return same
  const isOne = (part: 'model' | 'exposure') =>
    [a, b].some((cells) => new Set(cells.map((cell) => cell[part])).size === 1)
  const byModel = isOne('exposure') ? pairBy(a, b, ({ model }) => model) : []
  if (byModel.length > 0) return byModel
  const byExposure = isOne('model') ? pairBy(a, b, ({ exposure }) => exposure) : []
  if (byExposure.length > 0) return byExposure
  const [onlyA, onlyB] = [a[0], b[0]]
  return onlyA && onlyB && a.length === 1 && b.length === 1 ? [{ a: onlyA, b: onlyB }] : []
}

/**
 * Within one run: what each exposure costs and saves against all tools shown, by model; against the first of `exposures`,
 * in the order in which the run was asked for them, where `full` was not played.
 */
export function pairWithin(
  cells: readonly RunCell[],
  exposures: readonly string[],
): Pairing & { readonly reference: string | null } {
  const reference =
    ['full', ...exposures].find((name) => cells.some(({ exposure }) => exposure === name)) ?? null
  const [first, others] = [
    cells.filter(({ exposure }) => exposure === reference),
    cells.filter(({ exposure }) => exposure !== reference),
  ]
  const pairs = pairBy(first, others, ({ model }) => model)
  return { reference, pairs, onlyA: [], onlyB: others.filter((cell) => pairs.every(({ b }) => b !== cell)) }
}

/** Every two of the same name. */
function pairBy(
  a: readonly RunCell[],
  b: readonly RunCell[],
  nameOf: (cell: RunCell) => string,
): readonly CellPair[] {
  return b.flatMap((cell) =>
    a.filter((other) => nameOf(other) === nameOf(cell)).map((other) => ({ a: other, b: cell })),
  )
}
