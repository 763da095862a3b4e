import pLimit from 'p-limit'
import type { EntryData } from '../domain/entry.ts'
import { TimeLimit } from '../domain/time-limit.ts'
import type { GradedTrial } from './graded-trial.ts'
import { type OpenRunOptions, openRun } from './open-run.ts'
import { type Plan, type PlannedTrial, planTrials } from './plan.ts'
import { knownTrials, type PlayedSoFar } from './played-trials.ts'
import { type Stop, stopOf } from './run-budget.ts'
import { inShards } from './shard.ts'
import type { Spending } from './spending.ts'

export interface RunOptions extends Omit<OpenRunOptions, 'spent' | 'counted' | 'untoldUsd'> {
  /** Played earlier: no trial of it is played again. */
  readonly played?: PlayedSoFar | null
  /** Trials at once. */
  readonly concurrency: number
  /** Aborted: trials under way are dropped, what is done is kept. */
  readonly signal: AbortSignal
  readonly onTrial?: (trial: GradedTrial, spent: Spending) => void
  /** What to play beyond the plan, given all that was played so far; asked again until it wants nothing more. */
  readonly playMore?: (trials: readonly GradedTrial[]) => readonly PlannedTrial[]
}

export interface Run {
  readonly run: string
  /** When its first part did, in ISO 8601. */
  readonly started: string
  readonly planned: number
  readonly state: EntryData['run_finished']['state']
  /** In the order of the plan; those that were interrupted are missing. */
  readonly trials: readonly GradedTrial[]
  /** Beyond the plan, for the gate: in no figure but its own. */
  readonly more: readonly GradedTrial[]
  readonly done: number
  readonly infrastructureErrors: number
  /** Trials that the budget did not let begin, or end; `missing`: what else is not done. */
  readonly budgetStops: number
  /** What ended it, where that was its budget. */
  readonly refusal: Stop | null
  readonly missing: number
  /** Of all model requests and embeddings, judges' and unfinished trials' among them; null where a price or a usage is unknown. */
  readonly costUsd: number | null
  /** Of earlier parts too. */
  readonly durationMs: number
}

/**
 * Plays every trial of the plan on the stages of its suites; all that happens is in the journal when it resolves. A fault of
 * ours (a grader that throws) ends the run as failed, with what is done kept, and rejects.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<Run> {
  const { concurrency, signal, onTrial, playMore = () => [], played = null, shards = [] } = options
  const planned = inShards(planTrials(plan), plan, shards)
  const known = knownTrials(planned, played)
  const open = openRun(plan, {
    ...options,
    ...(played && { spent: played.spent, counted: played.counted, untoldUsd: played.untoldUsd }),
    isShared: options.isShared === true || played !== null,
  })
  const { meter } = open
  const play = async (trial: PlannedTrial) => {
    const graded = await open.play(trial, signal)
    if (graded) onTrial?.(graded, meter.spent)
    return graded
  }
  const isOver = () => signal.aborted || meter.isUsedUp
  const left = planned.filter((_, index) => known.planned[index] === null)
  const { trials: fresh, faults } = await playAll(left, play, concurrency, isOver)
  let next = 0
  const trials = known.planned.map((graded) => graded ?? fresh[next++] ?? null).filter(isGraded)
  const more: GradedTrial[] = [...known.more]
  while (faults.length === 0 && !isOver()) {
    const wanted = playMore([...trials, ...more])
    if (wanted.length === 0) break
    const again = await playAll(wanted, play, concurrency, isOver)
    more.push(...again.trials.filter(isGraded))
    faults.push(...again.faults)
  }
  const missing = planned.length - trials.length
  const isStopped = meter.isUsedUp && !signal.aborted && faults.length === 0
  const budgetStops = isStopped ? missing : 0
  const { costUsd, durationMs, run, ...ended } = open.end({
    state: faults.length > 0 ? 'failed' : isStopped ? 'budget stop' : stateOf(missing, signal),
    done: trials.length,
    infrastructureErrors: trials.filter(({ trial }) => trial.outcome === 'infrastructure').length,
    budgetStops,
  })
  if (faults.length > 0) throw faults[0]
  const figures = {
    costUsd,
    durationMs: durationMs + (played?.durationMs ?? 0),
    planned: planned.length,
    missing: missing - budgetStops,
  }
  const refusal =
    isStopped && meter.refusal ? stopOf(meter.refusal, trials.length + more.length, missing) : null
  const started = played?.started ?? open.started
  return { run, started, ...ended, ...figures, refusal, trials, more }
}

/** Where the time was up while suspects were played again, the gate says what that cost. */
function stateOf(missing: number, { reason }: AbortSignal): Run['state'] {
  if (missing === 0) return 'completed'
  return reason instanceof TimeLimit ? 'time limit' : 'interrupted'
}

function isGraded(graded: GradedTrial | null): graded is GradedTrial {
  return graded !== null
}

/** In their order, null for one that has no outcome: after the first fault, and once it is over, nothing more begins. */
async function playAll(
  planned: readonly PlannedTrial[],
  play: (trial: PlannedTrial) => Promise<GradedTrial | null>,
  concurrency: number,
  isOver: () => boolean,
): Promise<{ readonly trials: readonly (GradedTrial | null)[]; readonly faults: unknown[] }> {
  const limit = pLimit(concurrency)
  const faults: unknown[] = []
  const played = planned.map((trial) =>
    limit(async () => {
      if (isOver() || faults.length > 0) return null
      return play(trial).catch((error) => {
        faults.push(error)
        return null
      })
    }),
  )
  return { trials: await Promise.all(played), faults }
}
