import type { Passes } from '../statistics/repeated-trials.ts'

/** Tonight's cases are looked up in at most so many earlier nights. */
export const mostNights = 14

/** With fewer, what differs from night to night is not known well enough to say of a cell that it got worse. */
export const fewestNights = 5

/** A night with less than this share of what tonight can be compared on is no night to compare with. */
const enoughOfThem = 0.8

/** What one model did with one exposure in one run: cases by suite, id and truth; trials that passed or failed. */
export interface Night {
  readonly run: string
  readonly cases: ReadonlyMap<string, Passes>
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

/** The newest of the earlier nights that played most of the cases that any of them shares with tonight. */
export function comparableNights(tonight: Night, earlier: readonly Night[]): readonly Night[] {
  const shared = [...tonight.cases.keys()].filter((key) => earlier.some(({ cases }) => cases.has(key)))
  if (shared.length === 0) return []
  const covers = ({ cases }: Night) => shared.filter((key) => cases.has(key)).length / shared.length
  return earlier.filter((night) => covers(night) >= enoughOfThem).slice(0, mostNights)
}

/** All trials of a case in these nights. */
export function pooled(nights: readonly Night[], key: string): Passes {
  let passed = 0
  let n = 0
  for (const { cases } of nights) {
    const found = cases.get(key)
    passed += found?.passed ?? 0
    n += found?.n ?? 0
  }
  return { passed, n }
}
