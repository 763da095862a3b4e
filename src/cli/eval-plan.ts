import { v5, v7, validate } from 'uuid'
import type { Config } from '../config/calltrail-config.ts'
import { loadSuites } from '../config/suites.ts'
import type { JournalReader } from '../domain/journal.ts'
import { guessingModel, type Model } from '../domain/model.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'
import { gradersVersion } from '../evaluate/graders/graders.ts'
import { checkPlan, type Plan } from '../evaluate/plan.ts'
import { findRuns, type RecordedRun } from '../evaluate/recorded-trials.ts'
import { parseShard, type Shard } from '../evaluate/shard.ts'
import type { Home } from '../journal/home.ts'
import { createModel } from '../models/models.ts'
import { exposuresUnlessSaid } from '../tools/exposures/exposures.ts'
import { commandPrefix } from './command-prefix.ts'
import { suitesFromChains } from './eval-chains.ts'
import { type GateOptions, isGated } from './eval-gate.ts'
import { oneRecorded } from './one-recorded.ts'
import { say } from './run-command.ts'
import { holdRun } from './run-lock.ts'
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
  /** Other processes play it too, or have begun to. */
  readonly isShared: boolean
  /** Lets go of the run, which nobody else plays until then. */
  readonly release: () => void
  /** The run that is taken up again. */
  readonly resumed: RecordedRun | null
}

/** Of a case, unless said otherwise: what the gate's figures are for. */
const gatedTrials = 3

/** Of ids that are made of what the command line gives. */
const namespace = '6f0d6a7e-5a55-5d0b-9d5c-3a7f1c1a0b52'

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
  const suites = await suitesFor(patterns, options, config)
  const { trials = isGated(options) ? gatedTrials : 1, seed = 1 } = options
  const models = await modelsOf(options.model ?? offlineModels, options)
  const exposures = [...new Set(options.exposure ?? usableExposures(suites))]
  checkPlan({ models, exposures })
  const plan = { suites, models, exposures, trials, seed }
  const given = options.runId === undefined ? null : runIdOf(options.runId)
  const run = given ?? v7()
  const release = holdRun(home, run, shards[0] ?? null)
  try {
    if (given !== null) await refuseIfBegun(given, shards, journal)
    return { plan, shards, run, isShared: given !== null || shards.length > 0, resumed: null, release }
  } catch (error) {
    release()
    throw error
  }
}

/** Where runs are recorded. */
export interface Recorded {
  readonly journal: JournalReader
  readonly home: Home
}

/** One id for the shards of a run, wherever they are played: what is given, where it is no UUID, is hashed into one. */
const runIdOf = (given: string) => (validate(given) ? given.toLowerCase() : v5(given, namespace))

async function refuseIfBegun(run: string, shards: readonly Shard[], journal: JournalReader): Promise<void> {
  const [earlier] = await findRuns(journal, run)
  const isSame = (shard: Shard | undefined) =>
    shards.length === 0 || !shard || shard.index === shards[0]?.index
  if (earlier?.shards.some(isSame))
    throw new UsageError([
      { message: `the run ${run} has begun here already`, hint: `${commandPrefix()} eval --resume ${run}` },
    ])
}

/** Everything of the run that decides what is played stays as it was: its suites to the letter, and all that it crosses them with. */
async function resume(
  patterns: readonly string[],
  options: PlanOptions & { readonly shards: readonly Shard[] },
  config: Config,
  { journal, home }: Recorded,
): Promise<Planned> {
  const said = (['model', 'exposure', 'trials', 'seed'] as const).filter(
    (name) => options[name] !== undefined,
  )
  if (said.length > 0)
    throw new UsageError(`--resume plays what the run was planned with: leave out --${said.join(', --')}`)
  const prefix = options.resume ?? ''
  const run = validate(prefix)
    ? prefix.toLowerCase()
    : oneRecorded(await findRuns(journal, prefix), prefix).run
  const release = holdRun(home, run, options.shards[0] ?? null)
  try {
    // Read once nobody else can play it: what others have played until now is in it.
    const recorded = oneRecorded(await findRuns(journal, run), run)
    return { ...(await takeUp(recorded, patterns, options, config, journal)), release }
  } catch (error) {
    release()
    throw error
  }
}

async function takeUp(
  recorded: RecordedRun,
  patterns: readonly string[],
  options: PlanOptions & { readonly shards: readonly Shard[] },
  config: Config,
  journal: JournalReader,
): Promise<Omit<Planned, 'release'>> {
  const { run, started } = recorded
  if (started.rescores !== undefined)
    throw new UsageError(`the run ${run} graded the recordings of another; there is nothing to play`)
  const shards = options.shards.length > 0 ? options.shards : recorded.shards.flatMap((shard) => shard ?? [])
  const isWhole = options.shards.length === 0 && recorded.shards.some((shard) => shard === undefined)
  const own = isWhole ? [] : shards
  await refuseIfPlayed(recorded, own, journal)
  const suites = sameSuites(recorded, await suitesFor(patterns, options, config))
  const models = await modelsOf(
    started.models.map(({ name }) => name),
    options,
  )
  if (started.graders !== gradersVersion)
    say(`the run was graded by earlier graders so far; after it: ${commandPrefix()} rescore ${run}`)
  const { exposures, trials, seed } = started
  const plan = { suites, models, exposures, trials, seed }
  return { plan, shards: own, run, isShared: true, resumed: recorded }
}

/** Two processes that play the same trials would play them twice. */
async function refuseIfPlayed(
  { run, logs, shards }: RecordedRun,
  wanted: readonly Shard[],
  journal: JournalReader,
): Promise<void> {
  const alive = new Set((await journal.logs()).flatMap(({ log, alive }) => (alive ? [log] : [])))
  const isSame = (shard: Shard | undefined) =>
    !shard || wanted.length === 0 || wanted.some(({ index, of }) => index === shard.index || of !== shard.of)
  if (logs.some((log, index) => alive.has(log) && isSame(shards[index])))
    throw new UsageError([{ message: `the run ${run} is being played`, hint: 'wait until that has ended' }])
}

async function suitesFor(
  patterns: readonly string[],
  { fromChains, resume }: PlanOptions,
  config: Config,
): Promise<readonly Suite[]> {
  const named = patterns.length > 0 ? await loadSuites(patterns, config) : []
  const recorded = fromChains === undefined ? [] : await suitesFromChains(fromChains, config)
  const isUnnamed = named.length + recorded.length === 0 && resume !== undefined
  return isUnnamed ? (await suitesHere(process.cwd())).suites : [...named, ...recorded]
}

/** A case whose truth has changed is another case. */
function sameSuites({ run, started }: RecordedRun, found: readonly Suite[]): readonly Suite[] {
  const suites = started.suites.flatMap(({ name, hash }) => {
    const suite = found.find((each) => each.name === name && each.hash === hash)
    return suite ? [suite] : []
  })
  if (suites.length === started.suites.length) return suites
  const problems = started.suites.flatMap(({ name, hash }) => {
    const suite = found.find((each) => each.name === name)
    if (suite?.hash === hash) return []
    if (suite)
      return [{ message: `the suite ${name} has changed since ${run} began`, hint: 'start a new run' }]
    return [{ message: `the suite ${name} of ${run} is not here`, hint: 'name its file as well' }]
  })
  throw new UsageError(problems)
}

async function modelsOf(names: readonly string[], { stream }: PlanOptions): Promise<readonly Model[]> {
  const distinct = [...new Set(names)]
  return Promise.all(distinct.map((name) => createModel(name, { env: process.env, streaming: stream })))
}

/** Those that need nothing but a curated list; without that, `curated` is left out, and who names it is told instead. */
function usableExposures(suites: readonly Suite[]): readonly string[] {
  const uncurated = suites.find(({ toolset }) => toolset.curated === null)
  if (!uncurated) return exposuresUnlessSaid
  say(`without the exposure curated: the toolset ${uncurated.toolset.name} has no curated list`)
  return exposuresUnlessSaid.filter((name) => name !== 'curated')
}
