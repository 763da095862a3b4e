import { validate } from 'uuid'
import type { Config } from '../config/calltrail-config.ts'
import type { JournalReader } from '../domain/journal.ts'
import type { Suite } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'
import { gradersVersion } from '../evaluate/graders/graders.ts'
import type { RecordedRun } from '../evaluate/recorded-trials.ts'
import type { Shard } from '../evaluate/shard.ts'
import { commandPrefix } from './command-prefix.ts'
import {
  modelsOf,
  type Planned,
  type PlanOptions,
  type Recorded,
  suitesFor,
  suitesPlayed,
} from './planned-eval.ts'
import { recordedRun } from './recorded-run.ts'
import { say } from './run-command.ts'
import { holdRun } from './run-lock.ts'

/** Everything of the run that decides what is played stays as it was: its suites to the letter, and all that it crosses them with. */
export async function resume(
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
  const name = options.resume ?? ''
  const run = validate(name) ? name.toLowerCase() : (await recordedRun(journal, name)).run
  const release = holdRun(home, run, options.shards[0] ?? null)
  try {
    // Read once nobody else can play it: what others have played until now is in it.
    const recorded = await recordedRun(journal, run)
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
  // Parts that took up several shards name none.
  const isWhole = options.shards.length === 0 && started.shard === undefined
  const own = isWhole ? [] : shards
  if (options.shards.length === 0) sayOfOthers(run, own)
  await refuseIfPlayed(recorded, own, journal)
  // Those that the filter meets by now may be others.
  const isKnown = options.fromChains === undefined || started.chains !== undefined
  const found = isKnown
    ? await suitesPlayed(patterns, started, config)
    : (await suitesFor(patterns, options, started.exposures, config)).suites
  const suites = sameSuites(recorded, found)
  const stream = options.stream && started.stream !== false
  const models = await modelsOf(
    started.models.map(({ name }) => name),
    { stream },
  )
  if (started.graders !== gradersVersion)
    say(`the run was graded by earlier graders so far; after it: ${commandPrefix()} rescore ${run}`)
  const { exposures, trials, seed, chains = [], name } = started
  const plan = { suites, models, exposures, trials, seed }
  const named = name === undefined ? {} : { name }
  return { plan, shards: own, run, ...named, chains, stream, isShared: true, resumed: recorded }
}

/** A shard may be played elsewhere: it is taken up here only where somebody says so. */
function sayOfOthers(run: string, own: readonly Shard[]): void {
  const begun = [...new Set(own.map(({ index }) => index))]
  const of = own[0]?.of ?? 0
  if (begun.length >= of) return
  const names = begun.map((index) => `${index}/${of}`).join(', ')
  say(`only ${names} was begun here; for another: ${commandPrefix()} eval --resume ${run} --shard N/${of}`)
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
