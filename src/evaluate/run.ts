import pLimit from 'p-limit'
import { v7 } from 'uuid'
import type { Embedder } from '../domain/embedder.ts'
import type { EntryData } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Tokenizer } from '../domain/model.ts'
import type { GradedTrial } from './graded-trial.ts'
import { gradersVersion } from './graders/graders.ts'
import { describePlan, type Plan, type PlannedTrial, planTrials } from './plan.ts'
import { recordServers } from './recorded-servers.ts'
import type { Stage } from './stage.ts'
import { runTrial } from './trial.ts'

export interface RunOptions {
  readonly stages: readonly Stage[]
  readonly journal: JournalWriter
  readonly identity: Identity
  readonly tokenizer: Tokenizer
  /** For exposures that find tools by meaning as well. */
  readonly embedder?: Embedder | null
  readonly version: string
  /** Trials at once. */
  readonly concurrency: number
  /** Aborted: trials under way are dropped, what is done is kept. */
  readonly signal: AbortSignal
  readonly onTrial?: (trial: GradedTrial) => void
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
  readonly durationMs: number
}

/**
 * Plays every trial of the plan on the stages of its suites; all that happens is in the journal when it resolves. A fault of
 * ours (a grader that throws) ends the run as failed, with what is done kept, and rejects.
 */
export async function runPlan(plan: Plan, options: RunOptions): Promise<Run> {
  const { stages, journal, identity, concurrency, signal, onTrial, playMore = () => [] } = options
  const { tokenizer, embedder = null, version, stepLimit = 20, timeoutMs = 600_000 } = options
  const run = v7()
  const begun = performance.now()
  const planned = planTrials(plan)
  journal.append('run_started', null, { run, version, graders: gradersVersion, ...describePlan(plan) })
  const closeServers = recordServers(stages, { journal, identity, run })
  const shared = { run, journal, identity, tokenizer, embedder, stepLimit, timeoutMs }
  const stageOf = new Map(stages.map((stage) => [stage.suite, stage]))
  const play = async (trial: PlannedTrial) => {
    const stage = stageOf.get(trial.suite)
    if (!stage) throw new Error(`the suite ${trial.suite.name} has no stage`)
    const graded = await runTrial(trial, stage, shared, signal)
    if (graded) onTrial?.(graded)
    return graded
  }
  const { trials, faults } = await playAll(planned, play, concurrency, signal)
  const more: GradedTrial[] = []
  while (faults.length === 0 && !signal.aborted) {
    const wanted = playMore([...trials, ...more])
    if (wanted.length === 0) break
    const played = await playAll(wanted, play, concurrency, signal)
    more.push(...played.trials)
    faults.push(...played.faults)
  }
  closeServers()
  const finished = {
    run,
    state: faults.length > 0 ? 'failed' : trials.length < planned.length ? 'interrupted' : 'completed',
    done: trials.length,
    infrastructureErrors: trials.filter(({ trial }) => trial.outcome === 'infrastructure').length,
    durationMs: performance.now() - begun,
  } as const
  journal.append('run_finished', null, finished)
  journal.flush()
  if (faults.length > 0) throw faults[0]
  return { ...finished, planned: planned.length, trials, more }
}

/** After the first fault, and once it is interrupted, nothing more begins. */
async function playAll(
  planned: readonly PlannedTrial[],
  play: (trial: PlannedTrial) => Promise<GradedTrial | null>,
  concurrency: number,
  signal: AbortSignal,
): Promise<{ readonly trials: readonly GradedTrial[]; readonly faults: unknown[] }> {
  const limit = pLimit(concurrency)
  const faults: unknown[] = []
  const played = planned.map((trial) =>
    limit(async () => {
      if (signal.aborted || faults.length > 0) return null
      return play(trial).catch((error) => {
        faults.push(error)
        return null
      })
    }),
  )
  return { trials: (await Promise.all(played)).filter((trial) => trial !== null), faults }
}
