import pLimit from 'p-limit'
import { v7 } from 'uuid'
import type { Embedder } from '../domain/embedder.ts'
import type { EntryData } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Tokenizer } from '../domain/model.ts'
import { noPrices, type Prices } from '../domain/prices.ts'
import { TimeLimit } from '../domain/time-limit.ts'
import type { GradedTrial } from './graded-trial.ts'
import { gradersVersion } from './graders/graders.ts'
import { describePlan, type Plan, type PlannedTrial, planTrials } from './plan.ts'
import { knownTrials, type PlayedSoFar, plannedKeyOf, trialKeyOf } from './played-trials.ts'
import { recordedJudges } from './recorded-judges.ts'
import { recordServers } from './recorded-servers.ts'
import { createMeter, type RunBudget } from './run-budget.ts'
import { inShards, type Shard } from './shard.ts'
import type { Spending } from './spending.ts'
import type { Stage } from './stage.ts'
import { runTrial, type TrialContext } from './trial.ts'

export interface RunOptions {
  readonly stages: readonly Stage[]
  readonly journal: JournalWriter
  readonly identity: Identity
  readonly tokenizer: Tokenizer
  /** For exposures that find tools by meaning as well. */
  readonly embedder?: Embedder | null
  readonly version: string
  /** Unknown unless said. */
  readonly prices?: Prices
  readonly budget?: RunBudget
  readonly cache?: TrialContext['cache']
  /** A new one unless said. */
  readonly run?: string
  /** Other processes play it too, or have begun to. */
  readonly isShared?: boolean
  /** Played earlier: no trial of it is played again. */
  readonly played?: PlayedSoFar | null
  /** What is to be played of the plan; all of it unless said. */
  readonly shards?: readonly Shard[]
  /** Trials at once. */
  readonly concurrency: number
  /** Aborted: trials under way are dropped, what is done is kept. */
  readonly signal: AbortSignal
  readonly onTrial?: (trial: GradedTrial, spent: Spending) => void
  /** What to play beyond the plan, given all that was played so far; asked again until it wants nothing more. */
  readonly playMore?: (trials: readonly GradedTrial[]) => readonly PlannedTrial[]
  /** Model requests in one trial, at most; 20 unless said. */
  readonly stepLimit?: number
  /** Of one trial; 10 minutes unless said. */
  readonly timeoutMs?: number
}

export interface Run {
  readonly run: string
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
  readonly missing: number
  /** Of all model requests, judges' and unfinished trials' among them; null where a price or a usage is unknown. */
  readonly costUsd: number | null
  readonly durationMs: number
}

/**
 * Plays every trial of the plan on the stages of its suites; all that happens is in the journal when it resolves. A fault of
 * ours (a grader that throws) ends the run as failed, with what is done kept, and rejects.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<Run> {
  const { stages, journal, concurrency, signal, onTrial, playMore = () => [], played = null } = options
  const { shards = [], run = v7() } = options
  const begun = performance.now()
  const planned = inShards(planTrials(plan), plan, shards)
  const known = knownTrials(planned, played)
  const part = played !== null || options.isShared || shards.length > 0 ? { part: v7() } : {}
  const [shard] = shards
  journal.append('run_started', null, {
    ...{ run, version: options.version, graders: gradersVersion, ...part, ...describePlan(plan) },
    ...(shard && shards.length === 1 && { shard }),
  })
  const closeServers = recordServers(stages, { journal, identity: options.identity, run })
  const meter = createMeter({ ...defaults, ...options, spent: played?.spent })
  const judges = recordedJudges({ ...options, run, meter })
  const shared = { ...defaults, ...options, run, meter, judges }
  const stageOf = new Map(stages.map((stage) => [stage.suite, stage]))
  const play = async (trial: PlannedTrial) => {
    const stage = stageOf.get(trial.suite)
    if (!stage) throw new Error(`the suite ${trial.suite.name} has no stage`)
    const graded = await runTrial(trial, stage, shared, signal)
    if (graded) onTrial?.(graded, meter.spent)
    return graded
  }
  const isOver = () => signal.aborted || meter.isUsedUp
  const left = planned.filter((trial) => !known.planned.has(plannedKeyOf(trial)))
  const { trials: fresh, faults } = await playAll(left, play, concurrency, isOver)
  const trials = inOrder(planned, [...known.planned.values(), ...fresh])
  const more: GradedTrial[] = [...known.more]
  while (faults.length === 0 && !isOver()) {
    const wanted = playMore([...trials, ...more])
    if (wanted.length === 0) break
    const again = await playAll(wanted, play, concurrency, isOver)
    more.push(...again.trials)
    faults.push(...again.faults)
  }
  judges.close()
  closeServers()
  const missing = planned.length - trials.length
  const isStopped = meter.isUsedUp && !signal.aborted && faults.length === 0
  const finished = {
    run,
    state: faults.length > 0 ? 'failed' : isStopped ? 'budget stop' : stateOf(missing, signal),
    done: trials.length,
    infrastructureErrors: trials.filter(({ trial }) => trial.outcome === 'infrastructure').length,
    budgetStops: isStopped ? missing : 0,
    costUsd: meter.spent.costUsd,
    durationMs: performance.now() - begun,
  } as const
  journal.append('run_finished', null, { ...finished, ...part })
  journal.flush()
  if (faults.length > 0) throw faults[0]
  return { ...finished, planned: planned.length, missing: missing - finished.budgetStops, trials, more }
}

/** Where the time was up while suspects were played again, the gate says what that cost. */
function stateOf(missing: number, { reason }: AbortSignal): Run['state'] {
  if (missing === 0) return 'completed'
  return reason instanceof TimeLimit ? 'time limit' : 'interrupted'
}

const defaults = { prices: noPrices, embedder: null, stepLimit: 20, timeoutMs: 600_000 }

function inOrder(planned: readonly PlannedTrial[], trials: readonly GradedTrial[]): readonly GradedTrial[] {
  const byKey = new Map(trials.map((graded) => [trialKeyOf(graded), graded]))
  return planned.flatMap((trial) => byKey.get(plannedKeyOf(trial)) ?? [])
}

/** After the first fault, and once it is over, nothing more begins. */
async function playAll(
  planned: readonly PlannedTrial[],
  play: (trial: PlannedTrial) => Promise<GradedTrial | null>,
  concurrency: number,
  isOver: () => boolean,
): Promise<{ readonly trials: readonly GradedTrial[]; readonly faults: unknown[] }> {
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
  return { trials: (await Promise.all(played)).filter((trial) => trial !== null), faults }
}
