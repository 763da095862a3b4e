import type { CellJudgement } from '../../domain/gate.ts'
import type { Passes } from '../statistics/repeated-trials.ts'

/** Tonight is compared with at most so many earlier nights, and each of its cases with so many that have it. */
export const mostNights = 14

/** With fewer, what differs from night to night is not known well enough to say of a cell that it got worse. */
export const fewestNights = 5

/** A night with less than this share of what tonight can be compared on is no night to compare with. */
const enoughOfThem = 0.8

/** What one model did with one exposure in one run: cases by suite, id and truth; trials that passed or failed. */
export interface Night {
  readonly run: string
  readonly cases: ReadonlyMap<string, Passes>
  /** What the gate found broken then: not among its cases, as it is nothing to compare with. */
  readonly broken?: ReadonlySet<string>
}

/** The version of its truth is part of what a case is: where that has changed, nothing can be compared. */
export function caseOf(suite: string, id: string, truth: string): string {
  return JSON.stringify([suite, id, truth])
}

/** `suite/case`, as people write it. */
export function withoutTruth(key: string): string {
  const [suite, id]: readonly string[] = JSON.parse(key)
  return `${suite}/${id}`
}

interface ComparableNights {
  /** The newest of them. */
  readonly history: readonly Night[]
  readonly earlier: readonly Night[]
}

/** The nights that played most of the cases that any of them shares with tonight. */
export function comparableNights(tonight: Night, nights: readonly Night[]): ComparableNights {
  const shared = [...tonight.cases.keys()].filter((key) => nights.some(({ cases }) => cases.has(key)))
  if (shared.length === 0) return { history: [], earlier: [] }
  const covers = ({ cases }: Night) => shared.filter((key) => cases.has(key)).length / shared.length
  const earlier = nights.filter((night) => covers(night) >= enoughOfThem)
  return { history: earlier.slice(0, mostNights), earlier }
}

/** A night as it is compared with later: what was found broken is not among its cases. */
export function withoutBroken(
  night: Night,
  { isRegressed, hasDrifted, suspects }: Pick<CellJudgement, 'isRegressed' | 'hasDrifted' | 'suspects'>,
): Night {
  if (!isRegressed) return night
  const confirmed = suspects.filter(({ isConfirmed }) => isConfirmed).map((suspect) => suspect.case)
  const broken = new Set(hasDrifted ? night.cases.keys() : confirmed)
  const cases = new Map([...night.cases].filter(([key]) => !broken.has(key)))
  return { ...night, cases, broken }
}

/** All trials of a case in the newest nights that have it. */
export function pooled(nights: readonly Night[], key: string): Passes {
  let passed = 0
  let n = 0
  let left = mostNights
  for (const { cases } of nights) {
    const found = cases.get(key)
    if (!found) continue
    passed += found.passed
    n += found.n
    left -= 1
    if (left === 0) break
  }
  return { passed, n }
}
