import { hash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { EntryData } from '../domain/entry.ts'
import type { Model } from '../domain/model.ts'
import type { Case, Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'

/** What a run is to do: every case × model × exposure, `trials` times. */
export interface Plan {
  readonly suites: readonly Suite[]
  readonly models: readonly Model[]
  readonly exposures: readonly string[]
  readonly trials: number
  readonly seed: number
}

export interface PlannedTrial {
  readonly suite: Suite
  readonly testCase: Case
  readonly model: Model
  readonly exposure: string
  /** From 1. */
  readonly repetition: number
  /** Of the case and the repetition alone, so that models and exposures meet the same luck; 31 bits. */
  readonly seed: number
}

/** Models that cannot be shown tools as an exposure shows them: that is known before anything is begun. */
export function checkPlan({ models, exposures }: Pick<Plan, 'models' | 'exposures'>): void {
  const without = exposures.includes('native') ? models.filter(({ defersTools }) => !defersTools) : []
  if (without.length === 0) return
  const hint = 'play native with openai: and anthropic: models alone'
  throw new UsageError(
    without.map(({ name }) => ({
      message: `${name} cannot play the exposure native: no provider loads tools for it on demand`,
      hint,
    })),
  )
}

/** Trials. */
export function planSize({ suites, models, exposures, trials }: Plan): number {
  const cases = suites.reduce((sum, suite) => sum + suite.cases.length, 0)
  return cases * models.length * exposures.length * trials
}

/** The plan in names and numbers. */
export function describePlan(plan: Plan) {
  const { suites, models, exposures, trials, seed } = plan
  return {
    suites: suites.map(({ name, hash, cases }) => ({ name, hash, cases: cases.length })),
    models: models.map(({ name, kind }) => ({ name, kind })),
    exposures,
    trials,
    seed,
    planned: planSize(plan),
  }
}

const described = ['suites', 'models', 'exposures', 'trials', 'seed'] as const
type Described = Pick<EntryData['run_started'], (typeof described)[number]>

/** What a run was planned with otherwise. */
export function planDifferences(plan: Plan, begun: Described): readonly string[] {
  const [now, then] = [decisive(describePlan(plan)), decisive(begun)]
  return described.filter((part) => !isDeepStrictEqual(now[part], then[part]))
}

/** All that says which trials there are; the names of suites are recorded redacted. */
function decisive({ suites, models, exposures, trials, seed }: Described) {
  return {
    suites: suites.map(({ hash }) => hash),
    models: models.map(({ name }) => name),
    ...{ exposures, trials, seed },
  }
}

/** Case by case, so that a run that is cut short has compared all models and exposures on what it has done. */
export function planTrials({ suites, models, exposures, trials, seed }: Plan): readonly PlannedTrial[] {
  const repetitions = Array.from({ length: trials }, (_, index) => index + 1)
  return suites.flatMap((suite) =>
    suite.cases.flatMap((testCase) =>
      repetitions.flatMap((repetition) => {
        const own = trialSeed(seed, suite.name, testCase.id, repetition)
        return models.flatMap((model) =>
          exposures.map((exposure) => ({ suite, testCase, model, exposure, repetition, seed: own })),
        )
      }),
    ),
  )
}

/** One trial of a case in a cell, beyond the plan's repetitions too. */
export function planRepetition(
  { seed }: Plan,
  cell: Omit<PlannedTrial, 'repetition' | 'seed'>,
  repetition: number,
): PlannedTrial {
  return { ...cell, repetition, seed: trialSeed(seed, cell.suite.name, cell.testCase.id, repetition) }
}

function trialSeed(...parts: readonly (string | number)[]): number {
  return hash('sha256', JSON.stringify(parts), 'buffer').readUInt32BE() >>> 1
}
