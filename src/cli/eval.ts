import { join } from 'node:path'
import { type Config, loadConfig } from '../config/calltrail-config.ts'
import { defineServers } from '../config/servers-file.ts'
import type { Model } from '../domain/model.ts'
import type { Redactor } from '../domain/redactor.ts'
import { describeError, InfrastructureError, UsageError } from '../errors.ts'
import type { GradedTrial } from '../evaluate/graded-trial.ts'
import { type Plan, planTrials } from '../evaluate/plan.ts'
import { knownTrials, playedSoFar } from '../evaluate/played-trials.ts'
import { type Run, type RunOptions, runPlan } from '../evaluate/run.ts'
import { checkBudget, type RunBudget } from '../evaluate/run-budget.ts'
import { inShards } from '../evaluate/shard.ts'
import type { Spending } from '../evaluate/spending.ts'
import { closeStages, type Stage, setStages } from '../evaluate/stage.ts'
import { homeAt, readIfThere, replaceFile } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { createEmbedder } from '../models/embedders.ts'
import { loadPrices } from '../models/prices.ts'
import { type ResponseCache, responseCache } from '../models/response-cache.ts'
import { loadTokenizer } from '../models/tokenizer.ts'
import { escapeText } from '../show/escape.ts'
import { renderEvalReport } from '../show/eval-report.ts'
import { evalDocument } from '../show/json-document.ts'
import { showProgress } from '../show/progress.ts'
import { terminalOf } from '../show/terminal.ts'
import type { ViolationRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { version } from '../version.ts'
import { withDatabase } from './database.ts'
import { isGated, isRefused, openGate } from './eval-gate.ts'
import { type PlanOptions, planEval } from './eval-plan.ts'
import { evalReports, resultsOf, writeReports } from './eval-reports.ts'
import { homePath, openLog } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { judgesOf } from './judges.ts'
import { printJson } from './print.ts'
import { failedExitCode, infrastructureExitCode, interruptedExitCode, say } from './run-command.ts'
import { exampleChain, reportOf } from './run-report.ts'
import { withSpans } from './span-export.ts'

export interface EvalOptions extends PlanOptions {
  readonly concurrency: number
  readonly budget?: number
  readonly budgetTokens?: number
  readonly cache?: true
  readonly config?: string
  readonly report?: readonly string[]
  readonly json?: true
}

export async function evaluate(patterns: readonly string[], options: EvalOptions): Promise<number> {
  const signal = onInterrupt('stopping; what is done is kept (again to stop at once)')
  checkCache(options)
  const reports = evalReports(options.report ?? [])
  const config = await loadConfig(options.config, process.cwd())
  const reader = readJournal(homeAt(homePath()))
  const planned = await planEval(patterns, options, config, reader)
  const { plan, resumed } = planned
  const judges = await judgesOf(plan.suites)
  const models = [...plan.models, ...judges.values()]
  const prices = await loadPrices(models, config.prices)
  const budget = budgetOf(options, config)
  checkBudget(budget, models, prices)
  const gate = await openGate(plan, options, resumed?.run)
  const played = resumed && (await playedSoFar(reader, resumed, prices))
  const { journal, closeSpans } = await withSpans(openLog(undefined, config))
  const { concurrency } = options
  const { playMore } = gate ?? {}
  const cache = options.cache ? cacheOf(journal.redactor) : undefined
  const part = { ...(cache && { cache }), run: planned.run, shards: planned.shards, played }
  const playing = {
    journal,
    concurrency,
    signal,
    judges,
    prices,
    budget,
    ...part,
    ...(playMore && { playMore }),
  }
  const run = await play(plan, config, playing).finally(closeSpans)
  if (run === null) return interruptedExitCode
  const { example, violations, isStored } = await store(run)
  const isOver = run.state === 'completed' || run.state === 'budget stop'
  const verdict = gate && isOver ? gate.judge([...run.trials, ...run.more]) : null
  const report = reportOf(plan, run, { exampleChain: example, gate: verdict })
  await writeReports(
    resultsOf(report, inShards(planTrials(plan), plan, planned.shards), run.trials, violations),
    reports,
  )
  if (options.json) printJson(evalDocument(report))
  else process.stdout.write(renderEvalReport(report, terminalOf(process.stdout, process.env)))
  if (signal.aborted) return interruptedExitCode
  if (verdict && isRefused(verdict, options)) return failedExitCode
  const isWhole = isStored && journal.losses.entries + journal.losses.bodies === 0
  return run.infrastructureErrors > 0 || !isWhole ? infrastructureExitCode : 0
}

/** Answers that are kept say nothing new, which is what a comparison asks for. */
function checkCache(options: EvalOptions): void {
  if (!options.cache || !isGated(options)) return
  throw new UsageError(
    '--cache gives answers of earlier runs again: there is nothing to compare with a baseline',
  )
}

function cacheOf(redactor: Redactor): ResponseCache {
  const folder = join(homePath(), 'answers')
  return responseCache(folder, redactor, {
    read: (path) => readIfThere(path)?.toString('utf8') ?? null,
    write: replaceFile,
  })
}

/** What the command line does not say, calltrail.yaml may. */
function budgetOf({ budget, budgetTokens }: EvalOptions, config: Config): RunBudget {
  return { usd: budget ?? config.budget.usd, tokens: budgetTokens ?? config.budget.tokens }
}

type PlayedWith =
  | 'journal'
  | 'concurrency'
  | 'signal'
  | 'playMore'
  | 'prices'
  | 'cache'
  | 'budget'
  | 'run'
  | 'shards'
  | 'played'

interface Playing extends Pick<RunOptions, PlayedWith> {
  readonly judges: ReadonlyMap<string, Model>
}

/** Null when it was interrupted before the first trial could begin. */
async function play(plan: Plan, config: Config, playing: Playing): Promise<Run | null> {
  const { suites, exposures } = plan
  const { journal, signal, judges } = playing
  const started = suites.filter(({ toolset }) => toolset.cassette === null)
  const names = new Set(started.flatMap(({ toolset }) => toolset.servers))
  const cassettes = new Set(suites.flatMap(({ toolset }) => toolset.cassette?.file ?? []))
  const needed = new Set(suites.flatMap(({ toolset }) => toolset.servers))
  const servers = defineServers(config.servers, [...needed])
  const planned = inShards(planTrials(plan), plan, playing.shards ?? [])
  const progress = showProgress(process.stderr, terminalOf(process.stderr, process.env), {
    title: [
      ...(names.size > 0 ? [`starting ${[...names].join(', ')}`] : []),
      ...(cassettes.size > 0 ? [`replaying ${[...cassettes].join(', ')}`] : []),
    ].join(' · '),
    planned: planned.length,
    done: knownTrials(planned, playing.played ?? null).planned.size,
  })
  let infrastructureErrors = 0
  const onTrial = ({ trial }: GradedTrial, { costUsd }: Spending) => {
    if (trial.outcome === 'infrastructure') infrastructureErrors += 1
    progress.step({ infrastructureErrors, costUsd })
  }
  try {
    const tokenizer = await loadTokenizer()
    const { embeddings } = config
    const embedder = embeddings === null ? null : await createEmbedder(embeddings, { env: process.env })
    const stages = await setStages({ suites, exposures, servers, signal, judges })
    for (const failure of failuresOf(stages)) progress.message(failure)
    const { identity } = config
    const playMore = (trials: readonly GradedTrial[]) => {
      const more = playing.playMore?.(trials) ?? []
      progress.more(more.length)
      return more
    }
    const options = { ...playing, stages, identity, tokenizer, embedder, version, onTrial, playMore }
    return await runPlan(plan, options).finally(() => closeStages(stages))
  } catch (error) {
    if (signal.aborted) return null
    throw error
  } finally {
    progress.end()
    journal.close()
  }
}

/** One line for each toolset that is not there; the report says the rest. */
function failuresOf(stages: readonly Stage[]): readonly string[] {
  const toolsets = new Set(stages.map(({ toolset }) => toolset))
  return Array.from(toolsets).flatMap(({ definition, failure }) => {
    const [reason = ''] = failure?.message.split('\n') ?? []
    return failure ? [escapeText(`toolset ${definition.name} is not there: ${reason}`)] : []
  })
}

/** The journal has the run already: a database that cannot be had is told, and costs the exit code alone. */
async function store({ run, trials }: Run): Promise<Stored> {
  try {
    return await withDatabase(async (database) => ({
      isStored: true,
      example: await exampleChain(database, trials),
      violations: await rowsOf(database.query<ViolationRow>('run_violations', { run })),
    }))
  } catch (error) {
    if (!(error instanceof InfrastructureError)) throw error
    say(`the run is in the journal, but not in the database yet: ${describeError(error)}`)
    return { isStored: false, example: null, violations: [] }
  }
}

interface Stored {
  readonly isStored: boolean
  readonly example: string | null
  readonly violations: readonly ViolationRow[]
}
