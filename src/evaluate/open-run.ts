import { v7 } from 'uuid'
import type { Embedder } from '../domain/embedder.ts'
import type { EntryData } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Tokenizer } from '../domain/model.ts'
import { noPrices, type Prices } from '../domain/prices.ts'
import type { GradedTrial } from './graded-trial.ts'
import { gradersVersion } from './graders/graders.ts'
import { createMeter, type Meter } from './meter.ts'
import { paidEmbedders } from './paid-embedders.ts'
import { describePlan, type Plan, type PlannedTrial } from './plan.ts'
import { recordedJudges } from './recorded-judges.ts'
import { recordServers } from './recorded-servers.ts'
import type { Amounts, RunBudget } from './run-budget.ts'
import type { Shard } from './shard.ts'
import type { Spending } from './spending.ts'
import type { Stage } from './stage.ts'
import { runTrial, type TrialContext } from './trial.ts'

export interface OpenRunOptions {
  readonly stages: readonly Stage[]
  readonly journal: JournalWriter
  readonly identity: Identity
  readonly tokenizer: Tokenizer
  /** For exposures that find tools by meaning as well. */
  readonly embedder?: Embedder | null
  readonly version: string
  /** As `performance.now()` has it: what came before the first trial, such as starting servers, is of the run. Now unless said. */
  readonly begun?: number
  /** Whose suites they are. */
  readonly project?: string
  /** Recorded ones that suites were made of. */
  readonly chains?: readonly string[]
  /** False where providers are asked for whole answers. */
  readonly stream?: boolean
  /** As its entry has it. */
  readonly compared?: EntryData['run_started']['compared']
  readonly saidBudget?: EntryData['run_started']['budget']
  /** Unknown unless said. */
  readonly prices?: Prices
  readonly budget?: RunBudget
  /** By earlier parts of the run. */
  readonly spent?: Spending | undefined
  /** Of that, what counts against the budget. */
  readonly counted?: Amounts | undefined
  /** Of that, what no trial and no part that ended has told. */
  readonly untoldUsd?: number | null
  readonly cache?: TrialContext['cache']
  readonly onTranscript?: TrialContext['onTranscript']
  /** A new one unless said. */
  readonly run?: string
  /** What the run was called, where its id was made of that. */
  readonly name?: string
  /** Other processes play it too, or have begun to. */
  readonly isShared?: boolean
  /** What is to be played of the plan; all of it unless said. */
  readonly shards?: readonly Shard[]
  /** Model requests for one prompt, at most; 20 unless said. */
  readonly stepLimit?: number
  /** Of one trial; 10 minutes unless said. */
  readonly timeoutMs?: number
}

/** A run that has begun, and is in the journal from its first entry to its last. */
export interface OpenRun {
  readonly run: string
  /** When this part of it did, in ISO 8601. */
  readonly started: string
  readonly meter: Meter
  /** Null for a trial that was interrupted. */
  play(trial: PlannedTrial, signal: AbortSignal): Promise<GradedTrial | null>
  end(ended: Ended): Figures
}

type Finished = EntryData['run_finished']
type Ended = Pick<Finished, 'state' | 'done' | 'infrastructureErrors'> & { readonly budgetStops: number }
type Figures = Ended & { readonly run: string; readonly costUsd: number | null; readonly durationMs: number }

const defaults = { prices: noPrices, embedder: null, stepLimit: 20, timeoutMs: 600_000 }

export function openRun(plan: Plan, options: OpenRunOptions): OpenRun {
  const {
    stages,
    journal,
    identity,
    version,
    name,
    project,
    shards = [],
    run = v7(),
    untoldUsd = 0,
  } = options
  const { begun = performance.now() } = options
  const part = options.isShared || shards.length > 0 ? { part: v7() } : {}
  const [shard] = shards
  const { at: started } = journal.append('run_started', null, {
    ...{ run, version, graders: gradersVersion, ...part, ...describePlan(plan) },
    ...(shard && shards.length === 1 && { shard }),
    ...(name !== undefined && { name }),
    ...(project !== undefined && { project }),
    ...(options.chains && { chains: options.chains }),
    ...(options.stream === false && { stream: false }),
    ...(options.compared && { compared: options.compared }),
    ...(options.saidBudget && { budget: options.saidBudget }),
  })
  const closeServers = recordServers(stages, { journal, identity, run })
  const asked = { ...defaults, ...options, run }
  const meter = createMeter(asked)
  const metered = { ...asked, meter }
  const shared = { ...metered, judges: recordedJudges(metered), embedders: paidEmbedders(metered) }
  let told = options.spent?.costUsd ?? 0
  const stageOf = new Map(stages.map((stage) => [stage.suite, stage]))
  return {
    run,
    started,
    meter,
    async play(trial, signal) {
      const stage = stageOf.get(trial.suite)
      if (!stage) throw new Error(`the suite ${trial.suite.name} has no stage`)
      const graded = await runTrial(trial, stage, shared, signal)
      told += graded?.trial.costUsd ?? 0
      return graded
    },
    end(ended) {
      shared.judges.close()
      closeServers()
      const costUsd = meter.spent.costUsd === null ? null : nanodollars(meter.spent.costUsd)
      const finished = { run, ...ended, costUsd, durationMs: performance.now() - begun }
      const otherCostUsd =
        costUsd === null || untoldUsd === null ? null : nanodollars(Math.max(0, costUsd - told) + untoldUsd)
      const { brokenOff } = meter
      journal.append('run_finished', null, {
        ...{ ...finished, otherCostUsd, ...part },
        ...(brokenOff.tokens > 0 && { brokenOff }),
      })
      journal.flush()
      return finished
    },
  }
}

/** Sums of the same amounts in another order are the same amount. */
const nanodollars = (usd: number) => Math.round(usd * 1e9) / 1e9
