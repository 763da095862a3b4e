import { type Cell, summariseCell } from './cell.ts'
import type { Failure, FailureCategory } from './failure.ts'
import { caseKey, type GradedTrial } from './graded-trial.ts'
import { groupBy } from './group-by.ts'
import { readInfrastructureEnding } from './infrastructure-ending.ts'

export interface Summary {
  /** By model and exposure. */
  readonly cells: readonly Cell[]
  /** Cases with a failed trial, worst first: by share passed, then by name. */
  readonly failures: readonly CaseFailure[]
  /** Failed trials by category, most first. */
  readonly categories: readonly { readonly category: FailureCategory; readonly trials: number }[]
  /** Trials that came to no answer, by how they ended instead, most first; passed ones too, and no infrastructure errors. */
  readonly endings: readonly EndingCount[]
  /** Infrastructure errors, by how they ended their trials where more than a message says how, most first. */
  readonly infrastructureEndings: readonly EndingCount[]
}

interface EndingCount {
  readonly ending: string
  readonly trials: number
}

/** One case over all cells. */
export interface CaseFailure {
  readonly suite: string
  readonly case: string
  readonly passed: number
  /** Trials that passed or failed. */
  readonly judged: number
  /** Every cell that judged the case, those where it passes too. */
  readonly cells: readonly CaseCell[]
  /** Each different failure, commonest first. */
  readonly reasons: readonly CaseReason[]
}

export interface CaseReason {
  readonly failure: Failure
  readonly trials: number
  /** Those whose trials failed like this. */
  readonly cells: readonly Pick<CaseCell, 'model' | 'exposure'>[]
}

interface CaseCell {
  readonly model: string
  readonly exposure: string
  readonly passed: number
  readonly judged: number
}

/** What a run says, from its trials alone, in whatever order they come: just ended, or read from the database. */
export function summarise(unordered: readonly GradedTrial[]): Summary {
  const trials = [...unordered].sort((a, b) => (orderKey(a) < orderKey(b) ? -1 : 1))
  const cells = groupBy(trials, cellKey)
  const failures = trials.flatMap(({ failure }) => failure ?? [])
  const endings = trials.flatMap(({ trial: { stopped, outcome } }) =>
    stopped === null || stopped === 'answered' || outcome === 'infrastructure' ? [] : [stopped],
  )
  return {
    cells: Array.from(cells.values(), (cell) => summariseCell(cell, fullOf(cell, cells))),
    failures: [...groupBy(trials, caseKey).values()]
      .flatMap((group) => summariseCase(group) ?? [])
      .sort(worst),
    categories: byCount(failures, ({ category }) => category).map(([failure, trials]) => ({
      category: failure.category,
      trials,
    })),
    endings: countEndings(endings),
    infrastructureEndings: countEndings(trials.flatMap(({ trial }) => infrastructureEndingOf(trial) ?? [])),
  }
}

/** Null for a trial that had no infrastructure error, or one that only its message tells of. */
export function infrastructureEndingOf({ outcome, stopped }: GradedTrial['trial']): string | null {
  return outcome === 'infrastructure' ? readInfrastructureEnding(stopped) : null
}

function countEndings(endings: readonly string[]): readonly EndingCount[] {
  return byCount(endings, (ending) => ending).map(([ending, trials]) => ({ ending, trials }))
}

function orderKey({ trial }: GradedTrial): string {
  const { model, exposure, suite, repetition } = trial
  return JSON.stringify([model, exposure, suite, trial.case, repetition])
}

function cellKey({ trial }: Pick<GradedTrial, 'trial'>): string {
  return JSON.stringify([trial.model, trial.exposure])
}

/** The trials of the same model with all tools shown; null where they were not run, and for themselves. */
function fullOf(cell: readonly GradedTrial[], cells: ReadonlyMap<string, readonly GradedTrial[]>) {
  const model = cell[0]?.trial.model ?? ''
  const full = cells.get(JSON.stringify([model, 'full'])) ?? null
  return full === cell ? null : full
}

function summariseCase(trials: readonly GradedTrial[]): CaseFailure | null {
  const reasons = reasonsOf(trials)
  const first = trials[0]?.trial
  if (reasons.length === 0 || !first) return null
  const cells = Array.from(groupBy(trials, cellKey).values(), caseCell).flatMap((cell) => cell ?? [])
  return { suite: first.suite, case: first.case, ...counts(trials), cells, reasons }
}

function reasonsOf(trials: readonly GradedTrial[]): readonly CaseReason[] {
  const failed = trials.flatMap(({ failure, trial }) => (failure ? [{ failure, trial }] : []))
  const alike = groupBy(failed, ({ failure: { category, reason } }) => JSON.stringify([category, reason]))
  return [...alike.values()]
    .flatMap((group) => {
      const cells = [...groupBy(group, cellKey).values()].flatMap(([first]) => first?.trial ?? [])
      const named = cells.map(({ model, exposure }) => ({ model, exposure }))
      return group.slice(0, 1).map(({ failure }) => ({ failure, trials: group.length, cells: named }))
    })
    .sort((a, b) => b.trials - a.trials)
}

function caseCell(trials: readonly GradedTrial[]): CaseCell | null {
  const first = trials[0]?.trial
  const { passed, judged } = counts(trials)
  return first && judged > 0 ? { model: first.model, exposure: first.exposure, passed, judged } : null
}

function counts(trials: readonly GradedTrial[]) {
  const passed = trials.filter(({ trial }) => trial.outcome === 'passed').length
  return { passed, judged: passed + trials.filter(({ trial }) => trial.outcome === 'failed').length }
}

function worst(a: CaseFailure, b: CaseFailure): number {
  const name = ({ suite, case: id }: CaseFailure) => `${suite}/${id}`
  return a.passed / a.judged - b.passed / b.judged || (name(a) < name(b) ? -1 : 1)
}

/** The first of each kind with their number, commonest kind first; of equals the one that came first. */
function byCount<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, number])[] {
  return [...groupBy(items, keyOf).values()]
    .flatMap((group) => group.slice(0, 1).map((first) => [first, group.length] as const))
    .sort(([, a], [, b]) => b - a)
}
