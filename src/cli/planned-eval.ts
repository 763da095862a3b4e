import type { Config } from '../config/calltrail-config.ts'
import { loadSuites } from '../config/suites.ts'
import type { JournalReader } from '../domain/journal.ts'
import type { Model } from '../domain/model.ts'
import type { Suite } from '../domain/suite.ts'
import type { Plan } from '../evaluate/plan.ts'
import type { RecordedRun } from '../evaluate/recorded-trials.ts'
import type { Shard } from '../evaluate/shard.ts'
import type { Home } from '../journal/home.ts'
import { createModel } from '../models/models.ts'
import { withToolsets } from './chain-toolsets.ts'
import { type ChainSuites, suitesFromChains, suitesOfChains } from './eval-chains.ts'
import type { GateOptions } from './eval-gate.ts'
import { suitesHere } from './suites-here.ts'

export interface PlanOptions extends GateOptions {
  readonly model?: readonly string[]
  readonly exposure?: readonly string[]
  readonly trials?: number
  readonly seed?: number
  readonly stream: boolean
  readonly shard?: string
  readonly resume?: string
  readonly runId?: string
  readonly fromChains?: string
}

export interface Planned {
  readonly plan: Plan
  /** What is played of the plan; empty: all of it. */
  readonly shards: readonly Shard[]
  readonly run: string
  /** What `--run-id` gave, where that is no id itself. */
  readonly name?: string
  /** Those that suites were made of. */
  readonly chains: readonly string[]
  /** False: providers are asked for whole answers. */
  readonly stream: boolean
  /** Other processes play it too, or have begun to. */
  readonly isShared: boolean
  /** Lets go of the run, which nobody else plays until then. */
  readonly release: () => void
  /** The run that is taken up again. */
  readonly resumed: RecordedRun | null
}

/** Where runs are recorded. */
export interface Recorded {
  readonly journal: JournalReader
  readonly home: Home
}

/** `exposures`: those that were named. */
export async function suitesFor(
  patterns: readonly string[],
  { fromChains }: Pick<PlanOptions, 'fromChains'>,
  exposures: readonly string[],
  config: Config,
): Promise<ChainSuites> {
  const named = patterns.length > 0 ? await loadSuites(patterns, config) : []
  if (fromChains === undefined) return { suites: named, chains: [] }
  const { suites, chains } = await suitesFromChains(fromChains, config)
  return { suites: [...named, ...withToolsets(suites, exposures, config)], chains }
}

/** What a run played: the suites that are named, else those that are here; and those that were made of chains, again. */
export async function suitesPlayed(
  patterns: readonly string[],
  { chains = [], exposures }: Pick<RecordedRun['started'], 'chains' | 'exposures'>,
  config: Config,
): Promise<readonly Suite[]> {
  const named =
    patterns.length > 0 ? await loadSuites(patterns, config) : (await suitesHere(process.cwd())).suites
  return [...withToolsets(await suitesOfChains(chains, config), exposures, config), ...named]
}

export async function modelsOf(
  names: readonly string[],
  { stream }: Pick<PlanOptions, 'stream'>,
): Promise<readonly Model[]> {
  const distinct = [...new Set(names)]
  return Promise.all(distinct.map((name) => createModel(name, { env: process.env, streaming: stream })))
}
