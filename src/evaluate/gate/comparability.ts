import type { Plan } from '../plan.ts'
import { caseOf, type Night, withoutTruth } from './night.ts'

/** Which of the plan's cases, drafts aside, can be compared with earlier runs, and why the others cannot; `earlier` are all runs there are. */
export function comparabilityOf(
  plan: Plan,
  tonight: Night,
  history: readonly Night[],
  earlier: readonly Night[],
) {
  const named = (keys: Iterable<string>) => new Set(Array.from(keys, withoutTruth))
  const before = new Set(history.flatMap(({ cases }) => [...cases.keys()]))
  const ever = new Set(earlier.flatMap(({ cases, broken = [] }) => [...cases.keys(), ...broken]))
  const everNames = named(ever)
  const own = plan.suites.flatMap(({ name, cases }) =>
    cases.flatMap(({ id, hash, draft }) => (draft ? [] : [caseOf(name, id, hash)])),
  )
  const unknown = own.filter((key) => !ever.has(key))
  return {
    comparable: [...tonight.cases.keys()].filter((key) => before.has(key)).length,
    changedTruths: unknown.filter((key) => everNames.has(withoutTruth(key))).map(withoutTruth),
    newCases: unknown.filter((key) => !everNames.has(withoutTruth(key))).length,
  }
}
