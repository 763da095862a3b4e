import type { EntryData } from '../domain/entry.ts'
import { guessingModel } from '../domain/model.ts'
import type { GradedTrial } from '../evaluate/graded-trial.ts'
import { groupBy } from '../evaluate/group-by.ts'
import { describePlan, type Plan } from '../evaluate/plan.ts'
import type { Run } from '../evaluate/run.ts'
import { summarise } from '../evaluate/summary.ts'
import type { EvalReport } from '../show/eval-report.ts'
import type { RunRow } from '../store/queries.ts'
import { commandPrefix } from './command-prefix.ts'

/** Of a run that has just ended. */
export function reportOf(plan: Plan, run: Run, exampleChain: string | null): EvalReport {
  const { trials, ...outcome } = run
  return { ...outcome, ...describePlan(plan), ...conclusions(trials), exampleChain }
}

/** Of a run that the database has. */
export function reportOfStored(row: RunRow, trials: readonly GradedTrial[]): EvalReport {
  const suites: EntryData['run_started']['suites'] = JSON.parse(row.suites)
  const models: EntryData['run_started']['models'] = JSON.parse(row.models)
  return {
    run: row.run,
    suites,
    models,
    exposures: row.exposures,
    trials: row.trials,
    seed: Number(row.seed),
    planned: row.planned,
    done: row.done,
    state: row.state,
    infrastructureErrors: row.infrastructure_errors,
    durationMs: row.duration_ms,
    ...conclusions(trials),
    exampleChain: null,
  }
}

function conclusions(trials: readonly GradedTrial[]) {
  const telling = trials.filter(({ trial }) => trial.model !== guessingModel)
  const isSilent = telling.length > 0 && telling.length < trials.length
  const { failures, categories } = summarise(isSilent ? telling : trials)
  const infrastructure = trials.flatMap(({ trial }) => (trial.outcome === 'infrastructure' ? [trial] : []))
  return {
    summary: { ...summarise(trials), failures, categories },
    silent: isSilent ? [guessingModel] : [],
    infrastructure: Array.from(
      groupBy(infrastructure, ({ message }) => message ?? ''),
      ([message, group]) => ({
        where: [...new Set(group.map(({ suite }) => suite))].join(', '),
        trials: group.length,
        message,
      }),
    ),
    command: commandPrefix(),
  }
}
