import { type Config, loadConfig } from '../config/calltrail-config.ts'
import { projectOf } from '../config/project.ts'
import { parseTimeSpan, timeSpanExpected } from '../config/time-span.ts'
import type { JournalReader } from '../domain/journal.ts'
import { TimeLimit } from '../domain/time-limit.ts'
import { describeError, InfrastructureError, UsageError } from '../errors.ts'
import { planTrials } from '../evaluate/plan.ts'
import { type PlayedSoFar, playedSoFar } from '../evaluate/played-trials.ts'
import type { RecordedRun } from '../evaluate/recorded-trials.ts'
import type { Run } from '../evaluate/run.ts'
import { checkBudget } from '../evaluate/run-budget.ts'
import { inShards } from '../evaluate/shard.ts'
import { homeAt } from '../journal/home.ts'
import { readJournal } from '../journal/reader.ts'
import { loadPrices } from '../models/prices.ts'
import { renderEvalReport } from '../show/eval-report.ts'
import { evalDocument } from '../show/json-document.ts'
import { terminalOf } from '../show/terminal.ts'
import type { ViolationRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { answerCache, cachedWords } from './answer-cache.ts'
import { withDatabase } from './database.ts'
import { embedderFor } from './embedders.ts'
import { saidBudgetOf } from './eval-budget.ts'
import { evalExitCode } from './eval-exit.ts'
import { asBegun, comparedAs, describeGate, type GateOptions, isGated, openGate } from './eval-gate.ts'
import { planEval } from './eval-plan.ts'
import { play } from './eval-play.ts'
import { evalReports, type ReportFile, resultsOf, writeReports } from './eval-reports.ts'
import { homePath, openLog } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { judgesOf } from './judges.ts'
import type { Planned, PlanOptions } from './planned-eval.ts'
import { playAgain } from './play-again.ts'
import { printJson } from './print.ts'
import { type RunClock, runClock } from './run-clock.ts'
import { infrastructureExitCode, interruptedExitCode, say } from './run-command.ts'
import { exampleChain, reportOf } from './run-report.ts'
import { withSpans } from './span-export.ts'

export interface EvalOptions extends PlanOptions {
  readonly concurrency: number
  readonly budget?: number
  readonly budgetTokens?: number
  readonly cache?: true
  readonly trialTimeout?: string
  readonly timeLimit?: string
  readonly config?: string
  readonly report?: readonly string[]
  readonly json?: true
}

export async function evaluate(patterns: readonly string[], options: EvalOptions): Promise<number> {
  const interrupted = onInterrupt('stopping; what is done is kept (again to stop at once)')
  const clock = runClock(interrupted, timeSpanOf('--time-limit', options.timeLimit))
  const timeoutMs = timeSpanOf('--trial-timeout', options.trialTimeout)
  const reports = evalReports(options.report ?? [])
  const config = await loadConfig(options.config, process.cwd())
  const home = homeAt(homePath())
  const reader = readJournal(home)
  const planned = await planEval(patterns, options, config, { journal: reader, home })
  try {
    const setting = { config, reader, clock, interrupted, timeoutMs, reports }
    return await evaluatePlanned(planned, patterns, options, setting)
  } finally {
    planned.release()
  }
}

interface Setting {
  readonly config: Config
  readonly reader: JournalReader
  readonly clock: RunClock
  /** Aborted when somebody said so. */
  readonly interrupted: AbortSignal
  /** Of a trial. */
  readonly timeoutMs: number | undefined
  readonly reports: readonly ReportFile[]
}

async function evaluatePlanned(
  { plan, resumed, run: id, name, chains, stream, isShared, shards }: Planned,
  patterns: readonly string[],
  options: EvalOptions,
  { config, reader, clock, interrupted, timeoutMs, reports }: Setting,
): Promise<number> {
  const { signal } = clock
  const judges = await judgesOf(plan.suites)
  const embedder = await embedderFor(plan.exposures, config)
  const models = [...plan.models, ...judges.values(), ...(embedder ? [embedder] : [])]
  const prices = await loadPrices(models, config.prices)
  const saidBudget = saidBudgetOf(options, resumed)
  const budget = { ...config.budget, ...saidBudget }
  checkBudget(budget, models, prices)
  const project = resumed?.started.project ?? (await projectOf(config))
  const asked = gateOptions(options, resumed)
  const earlier = resumed && (await playedSoFar(reader, resumed, prices, config.budget))
  checkCache(options.cache, earlier, asked)
  const gate = await openGate({ plan, project, resumed: resumed?.run ?? null }, asked)
  const { journal, closeSpans } = await withSpans(openLog(undefined, config))
  const { concurrency } = options
  const cache = options.cache && answerCache(journal.redactor)
  const playing = {
    ...{ journal, concurrency, signal, judges, embedder, prices, budget, gate, onPlayed: clock.stop },
    ...{ run: id, project, stream, isShared, shards, played: earlier },
    ...(name !== undefined && { name }),
    ...(chains.length > 0 && { chains }),
    ...(saidBudget && { saidBudget }),
    ...(gate && { compared: comparedAs(gate, asked) }),
    ...(cache && { cache }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  }
  const played = await play(plan, config, playing).finally(closeSpans)
  if (cache) say(cachedWords(cache))
  if (played === null) return interrupted.aborted ? interruptedExitCode : infrastructureExitCode
  const { run, verdict } = played
  const { example, violations, isStored } = await store(run)
  const again = { ...playAgain(run.run, patterns, options, resumed !== null), isStopped: signal.aborted }
  const report = reportOf(plan, run, { exampleChain: example, gate: verdict, project, shards, again })
  if (options.json) printJson(evalDocument(report))
  else process.stdout.write(renderEvalReport(report, terminalOf(process.stdout, process.env)))
  const isWritten = await writeReports(
    resultsOf(report, inShards(planTrials(plan), plan, shards), run.trials, violations),
    reports,
  )
  const isRecorded = journal.losses.entries + journal.losses.bodies === 0
  const ending = {
    ...{ run, verdict },
    isInterrupted: interrupted.aborted,
    isLate: signal.reason instanceof TimeLimit,
    isKept: isStored && isRecorded && isWritten,
  }
  return evalExitCode(ending, asked)
}

function timeSpanOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseTimeSpan(text)
  if (ms === null) throw new UsageError(`${option} ${text}: ${timeSpanExpected}`)
  return ms
}

/** A run that is taken up is compared as it was begun, all but a shard of it. */
function gateOptions(options: EvalOptions, resumed: RecordedRun | null): GateOptions {
  if (!resumed?.compared || options.shard !== undefined) return options
  const asked = asBegun(options, resumed.compared)
  if (!isGated(options)) say(`compared as it was begun: ${describeGate(asked)}`)
  return asked
}

/** Answers that are kept say nothing new, which is what a comparison asks for. */
function checkCache(
  isCached: true | undefined,
  earlier: Pick<PlayedSoFar, 'isCached'> | null,
  asked: GateOptions,
): void {
  if (!isGated(asked)) return
  if (earlier?.isCached)
    throw new UsageError([
      {
        message:
          'the run has been given answers of earlier runs (--cache): there is nothing to compare with a baseline',
        hint: 'start a new run without --cache',
      },
    ])
  if (!isCached) return
  throw new UsageError([
    {
      message: '--cache gives answers of earlier runs again: there is nothing to compare with a baseline',
      hint: 'leave one of them out',
    },
  ])
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
