import { v7 } from 'uuid'
import type { Config } from '../config/calltrail-config.ts'
import type { JournalReader } from '../domain/journal.ts'
import { guessingModel } from '../domain/model.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'
import { checkPlan, type Plan, planDifferences } from '../evaluate/plan.ts'
import { findRuns } from '../evaluate/recorded-trials.ts'
import { parseShard, type Shard } from '../evaluate/shard.ts'
import { checkExposures, exposuresUnlessSaid } from '../tools/exposures/exposures.ts'
import { commandPrefix } from './command-prefix.ts'
import { isGated } from './eval-gate.ts'
import { resume } from './eval-resume.ts'
import { modelsOf, type Planned, type PlanOptions, type Recorded, suitesFor } from './planned-eval.ts'
import { say } from './run-command.ts'
import { runIdOf } from './run-id.ts'
import { holdRun } from './run-lock.ts'

/** Of a case, unless said otherwise: what the gate's figures are for. */
const gatedTrials = 3

const offlineModels = ['baseline:lexical', guessingModel]

/** What is to be played, as the command line says it or as a run that is taken up again was planned. */
export async function planEval(
  patterns: readonly string[],
  options: PlanOptions,
  config: Config,
  { journal, home }: Recorded,
): Promise<Planned> {
  const shards = options.shard === undefined ? [] : [parseShard(options.shard)]
  if (shards.length > 0 && isGated(options))
    throw new UsageError([
      {
        message: 'a shard cannot be compared: a baseline is compared with the whole run',
        hint: `play every shard, then: ${commandPrefix()} eval --resume RUN --gate`,
      },
    ])
  if (options.resume !== undefined) return resume(patterns, { ...options, shards }, config, { journal, home })
  if (patterns.length === 0 && options.fromChains === undefined)
    throw new UsageError([{ message: 'no suite is named', hint: `${commandPrefix()} eval suites/*.yaml` }])
  checkExposures(options.exposure ?? [])
  const { suites, chains } = await suitesFor(patterns, options, options.exposure ?? [], config)
  const { trials = isGated(options) ? gatedTrials : 1, seed = 1 } = options
  const models = await modelsOf(options.model ?? offlineModels, options)
  const exposures = [...new Set(options.exposure ?? usableExposures(suites))]
  checkPlan({ models, exposures })
  const plan = { suites, models, exposures, trials, seed }
  const run = options.runId === undefined ? v7() : runIdOf(options.runId)
  const release = holdRun(home, run, shards[0] ?? null)
  try {
    if (options.runId !== undefined) await refuseIfBegun(options.runId, plan, shards, journal)
    return {
      plan,
      ...{ shards, run, chains, stream: options.stream },
      ...(options.runId !== undefined && options.runId !== run && { name: options.runId }),
      isShared: options.runId !== undefined || shards.length > 0,
      resumed: null,
      release,
    }
  } catch (error) {
    release()
    throw error
  }
}

async function refuseIfBegun(
  id: string,
  plan: Plan,
  shards: readonly Shard[],
  journal: JournalReader,
): Promise<void> {
  const [earlier] = await findRuns(journal, [runIdOf(id)])
  const [own] = shards
  const isWhole = earlier && earlier.started.shard === undefined
  const isSame = (shard: Shard | undefined) => !own || isWhole || shard?.index === own.index
  const other = earlier?.shards.find((shard) => own && shard && shard.of !== own.of)
  // Trials of theirs are trials of these.
  if (other)
    throw new UsageError([
      {
        message: `the run ${id} was begun here as ${other.index}/${other.of}: its shards are of one division`,
        hint: `write --shard N/${other.of}, or give this run an id of its own`,
      },
    ])
  if (earlier?.shards.some(isSame))
    throw new UsageError([
      { message: `the run ${id} has begun here already`, hint: `${commandPrefix()} eval --resume ${id}` },
    ])
  const others = earlier ? planDifferences(plan, earlier.started) : []
  if (others.length > 0)
    throw new UsageError([
      {
        message: `the run ${id} was begun here with other ${others.join(', ')}: its shards are of one plan`,
        hint: 'play what it was begun with, or give this run an id of its own',
      },
    ])
}

/** Those that need nothing but a curated list; without that, `curated` is left out, and who names it is told instead. */
function usableExposures(suites: readonly Suite[]): readonly string[] {
  const uncurated = suites.find(({ toolset }) => toolset.curated === null)
  if (!uncurated) return exposuresUnlessSaid
  say(`without the exposure curated: the toolset ${uncurated.toolset.name} has no curated list`)
  return exposuresUnlessSaid.filter((name) => name !== 'curated')
}
