import { fisherTwoSidedMidP } from '../statistics/fisher.ts'
import { benjaminiHochberg } from '../statistics/multiple-tests.ts'
import { leastP, type PairedDifference, pairedDifference } from '../statistics/paired-difference.ts'
import type { Rate } from '../statistics/pass-rate.ts'
import { rateOverCases } from '../statistics/repeated-rates.ts'
import type { Passes } from '../statistics/repeated-trials.ts'
import { type CasePair, type CellPair, pairCases } from './pair-cells.ts'
import type { RunCase, RunCell } from './run-cells.ts'

/** Both what is said of a cell, and what of a case, is wrong at most so often. */
export const certainty = 0.05

/** One side of a comparison, over the cases that both have. Null is unknown. */
export interface Side {
  readonly model: string
  readonly exposure: string
  /** Over those of them that both have judged, each counted once: the two differ by what is said of the difference. */
  readonly passRate: Rate | null
  /** Per model request, and per trial. */
  readonly definitionTokens: number | null
  readonly totalTokens: number | null
  readonly isEstimate: boolean
  readonly turns: number | null
  /** Over all cases of the side. */
  readonly selection: number | null
  readonly arguments: number | null
  readonly notJudged: number
  readonly infrastructureErrors: number
}

export interface CaseChange {
  readonly suite: string
  readonly case: string
  readonly a: Passes
  readonly b: Passes
  /** Benjamini and Hochberg, over all cases of the cell. */
  readonly q: number
  readonly isCertain: boolean
}

export interface CellComparison {
  readonly a: Side
  readonly b: Side
  readonly difference: PairedDifference | null
  /**
   * Of `difference`, Benjamini and Hochberg over all cells that were compared: where nothing changed, one of them is called
   * worse or better at most so often, and where several did, they do not hide each other. Null without `difference`.
   */
  readonly p: number | null
  /** What `p` would be had every case of every cell changed the same way: beyond `certainty`, nothing could be seen. */
  readonly leastP: number | null
  readonly verdict: 'worse' | 'better' | 'no difference seen' | 'insufficient data' | 'nothing to compare'
  /** Cases that pass more or less often than they did, surest first. */
  readonly changed: readonly CaseChange[]
  /** Cases in both under different truths, and those that only one has. */
  readonly changedTruths: number
  readonly onlyA: number
  readonly onlyB: number
}

/** What changed from A to B, cell by cell: only cases with the same truth that both have judged are compared. */
export function compareCells(pairs: readonly CellPair[]): readonly CellComparison[] {
  const compared = pairs.map(compareCell)
  const differences = compared.flatMap(({ difference }) => difference ?? [])
  const ps = benjaminiHochberg(differences.map(({ p }) => p))
  const leastPs = benjaminiHochberg(differences.map(({ n }) => leastP(n)))
  let rank = 0
  return compared.map((cell) => {
    if (!cell.difference) return { ...cell, p: null, leastP: null, verdict: 'nothing to compare' }
    const found = { p: ps[rank] ?? 1, leastP: leastPs[rank] ?? 1 }
    rank += 1
    return { ...cell, ...found, verdict: verdictOf(cell.difference, found) }
  })
}

/** Where the interval leaves 0 out and the exact test is not sure, nobody can say that there is no difference. */
function verdictOf(
  { difference, low, high }: PairedDifference,
  { p, leastP }: { readonly p: number; readonly leastP: number },
): CellComparison['verdict'] {
  if (p <= certainty) return difference < 0 ? 'worse' : 'better'
  const isOneSided = low !== null && high !== null && low * high > 0
  return leastP > certainty || isOneSided ? 'insufficient data' : 'no difference seen'
}

type BeforeHolm = Omit<CellComparison, 'p' | 'leastP' | 'verdict'>

function compareCell({ a, b }: CellPair): BeforeHolm {
  const { pairs: shared, ...left } = pairCases(a.cases, b.cases)
  const judged = shared.filter((pair) => pair.a.n > 0 && pair.b.n > 0)
  const onlyB = without(left.onlyB, a.cases)
  return {
    a: sideOf(a, { cases: shared.map((pair) => pair.a), judged: judged.map((pair) => pair.a) }),
    b: sideOf(b, { cases: shared.map((pair) => pair.b), judged: judged.map((pair) => pair.b) }),
    difference: pairedDifference(
      judged.map(({ a, b }) => ({ a: a.passed / a.n, b: b.passed / b.n, trialsA: a.n, trialsB: b.n })),
    ),
    changed: changesIn(judged),
    changedTruths: left.onlyB.length - onlyB,
    onlyA: without(left.onlyA, b.cases),
    onlyB,
  }
}

function changesIn(pairs: readonly CasePair[]): readonly CaseChange[] {
  // Most cases came out in one of a few ways.
  const known = new Map<string, number>()
  const pOf = ({ a, b }: CasePair) => {
    const way = `${a.passed}/${a.n} ${b.passed}/${b.n}`
    const p = known.get(way) ?? fisherTwoSidedMidP(a, b)
    known.set(way, p)
    return p
  }
  const qs = benjaminiHochberg(pairs.map(pOf))
  const changed: CaseChange[] = []
  for (const [index, { a, b }] of pairs.entries()) {
    if (a.passed * b.n === b.passed * a.n) continue
    const q = qs[index] ?? 1
    changed.push({ suite: b.suite, case: b.id, a: passesOf(a), b: passesOf(b), q, isCertain: q <= certainty })
  }
  return changed.sort((one, other) => one.q - other.q || changeOf(one) - changeOf(other))
}

/** Whether the cell is worse as a whole, or certainly in one case: among many cases one is no difference of the whole. */
export function isWorse({ verdict, changed }: Pick<CellComparison, 'verdict' | 'changed'>): boolean {
  return verdict === 'worse' || changed.some((each) => each.isCertain && changeOf(each) < 0)
}

/** From −1, all passed and none does, to 1. */
function changeOf({ a, b }: CaseChange): number {
  return b.passed / b.n - a.passed / a.n
}

function sideOf(
  { model, exposure, isEstimate, scores }: RunCell,
  { cases, judged }: { readonly cases: readonly RunCase[]; readonly judged: readonly RunCase[] },
): Side {
  const total = (of: (row: RunCase) => number) => cases.reduce((sum, row) => sum + of(row), 0)
  const perUnit = (value: number, units: number) => (units > 0 ? value / units : null)
  const done = total((row) => row.n + row.notJudged)
  return {
    model,
    exposure,
    passRate: rateOverCases(judged),
    definitionTokens: perUnit(
      total((row) => row.definitionTokens),
      total((row) => row.definitionRequests),
    ),
    totalTokens: perUnit(
      total((row) => row.totalTokens),
      total((row) => row.tokenTrials),
    ),
    isEstimate,
    turns: perUnit(
      total((row) => row.modelTurns),
      done,
    ),
    selection: scores.get('selection') ?? null,
    arguments: scores.get('arguments') ?? null,
    notJudged: total((row) => row.notJudged),
    infrastructureErrors: total((row) => row.infrastructureErrors),
  }
}

/** How many of them are none of the others, under any truth: shards may have played a case under several. */
function without(rows: readonly RunCase[], others: readonly RunCase[]): number {
  if (rows.length === 0) return 0
  const names = new Set(others.map(nameOf))
  return rows.filter((row) => !names.has(nameOf(row))).length
}

/** No name holds a line break. */
function nameOf({ suite, id }: RunCase): string {
  return `${suite}\n${id}`
}

function passesOf({ passed, n }: RunCase): Passes {
  return { passed, n }
}
