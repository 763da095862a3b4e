import type { EntryData } from '../domain/entry.ts'
import { guessingModel } from '../domain/model.ts'
import { cellDenominators, sumDenominators } from '../evaluate/cell-denominators.ts'
import type { GradedTrial } from '../evaluate/graded-trial.ts'
import { groupBy } from '../evaluate/group-by.ts'
import { describePlan, type Plan, planTrials } from '../evaluate/plan.ts'
import { failedTeardowns, summariseReplays } from '../evaluate/replays.ts'
import type { Run } from '../evaluate/run.ts'
import { inShards, type Shard } from '../evaluate/shard.ts'
import { sum } from '../evaluate/statistics/mean.ts'
import { infrastructureEndingOf, summarise } from '../evaluate/summary.ts'
import type { EvalReport } from '../show/eval-report.ts'
import type { RunRow } from '../store/queries.ts'
import { resolveChain } from '../store/resolve-chain.ts'
import { commandLine, commandPrefix } from './command-prefix.ts'
import type { Database } from './database.ts'

/** Of a run that has just ended, or of the shards of it that were played. */
export function reportOf(
  plan: Plan,
  { trials, more, ...outcome }: Run,
  {
    shards,
    ...told
  }: Pick<EvalReport, 'exampleChain' | 'gate' | 'project' | 'again'> & { shards: readonly Shard[] },
): EvalReport {
  const { trials: repetitions, planned: ofTrials, ...described } = describePlan(plan)
  return {
    ...outcome,
    ...described,
    replayed: more.length,
    // All shards of a run are the run.
    ...(outcome.planned === ofTrials ? { part: null } : partOf(plan, shards, ofTrials)),
    repetitions,
    ...conclusions(trials, { ...outcome, ...described }),
    ...told,
    isStored: false,
    rescored: null,
  }
}

/** Its suites with the cases that the shards play something of. */
function partOf(plan: Plan, shards: readonly Shard[], ofTrials: number): Pick<EvalReport, 'suites' | 'part'> {
  const own = new Set(inShards(planTrials(plan), plan, shards).map(({ testCase }) => testCase))
  return {
    suites: plan.suites.map(({ name, hash, cases }) => ({
      name,
      hash,
      cases: cases.filter((each) => own.has(each)).length,
    })),
    part: {
      shards: shards.map(({ index, of }) => `${index}/${of}`),
      ofCases: sum(plan.suites.map(({ cases }) => cases.length)),
      ofTrials,
    },
  }
}

/** Of a run that the database has. */
export function reportOfStored(
  row: RunRow,
  trials: readonly GradedTrial[],
  {
    exampleChain,
    gate,
    rescored,
    replayed,
  }: Pick<EvalReport, 'exampleChain' | 'gate' | 'rescored' | 'replayed'>,
): EvalReport {
  const suites: EntryData['run_started']['suites'] = JSON.parse(row.suites)
  const models: EntryData['run_started']['models'] = JSON.parse(row.models)
  const { exposures, planned, done, budget_stops: budgetStops } = row
  return {
    run: row.run,
    started: row.started,
    project: row.project || null,
    suites,
    part: null,
    models,
    exposures,
    repetitions: row.repetitions,
    seed: Number(row.seed),
    planned,
    done,
    replayed,
    state: row.state,
    infrastructureErrors: row.infrastructure_errors,
    budgetStops,
    missing: Math.max(0, planned - done - budgetStops),
    refusal: null,
    costUsd: row.cost_usd,
    durationMs: row.duration_ms,
    ...conclusions(trials, { models, exposures, planned, budgetStops }),
    exampleChain,
    gate,
    again: { resume: commandLine(['eval', '--resume', row.run]), anew: null, isStopped: false },
    isStored: true,
    rescored,
  }
}

/** The chain of the trial that is most worth looking at: one that failed and called something, of a model that does not guess. */
export async function exampleChain(
  database: Database,
  trials: readonly GradedTrial[],
): Promise<string | null> {
  const calling = trials.filter(({ trial }) => trial.toolCalls > 0)
  const failed = calling.filter(({ failure }) => failure !== null)
  const example = failed.find(({ trial }) => trial.model !== guessingModel) ?? failed[0] ?? calling[0]
  const prefix = example?.trial.trial ?? '-'
  const found = await resolveChain(database, prefix)
  return found.at(-1)?.chain ?? null
}

function conclusions(
  trials: readonly GradedTrial[],
  plan: Pick<EvalReport, 'models' | 'exposures' | 'planned' | 'budgetStops'>,
) {
  const telling = trials.filter(({ trial }) => trial.model !== guessingModel)
  const isSilent = telling.length > 0 && telling.length < trials.length
  const { failures, categories } = summarise(isSilent ? telling : trials)
  const infrastructure = trials.flatMap(({ trial }) => (trial.outcome === 'infrastructure' ? [trial] : []))
  const summary = { ...summarise(trials), failures, categories }
  const denominators = cellDenominators(plan, summary.cells)
  return {
    summary,
    totals: sumDenominators(denominators),
    denominators,
    ...summariseReplays(telling.length > 0 ? telling : trials),
    teardowns: failedTeardowns(trials),
    silent: isSilent ? [guessingModel] : [],
    infrastructure: Array.from(
      groupBy(infrastructure, ({ message }) => message ?? ''),
      ([message, group]) => ({
        where: [...new Set(group.map(({ suite }) => suite))].join(', '),
        trials: group.length,
        message,
        ending: group[0] ? infrastructureEndingOf(group[0]) : null,
      }),
    ),
    command: commandPrefix(),
  }
}
