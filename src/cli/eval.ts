import { type Config, loadConfig } from '../config/calltrail-config.ts'
import { defineServers } from '../config/servers-file.ts'
import { loadSuites } from '../config/suites.ts'
import { guessingModel, type Model } from '../domain/model.ts'
import type { Suite } from '../domain/suite.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import type { GradedTrial } from '../evaluate/graded-trial.ts'
import { checkPlan, type Plan, planSize } from '../evaluate/plan.ts'
import { type Run, type RunOptions, runPlan } from '../evaluate/run.ts'
import { closeStages, type Stage, setStages } from '../evaluate/stage.ts'
import { createEmbedder } from '../models/embedders.ts'
import { createModel } from '../models/models.ts'
import { loadTokenizer } from '../models/tokenizer.ts'
import { escapeText } from '../show/escape.ts'
import { renderEvalReport } from '../show/eval-report.ts'
import { evalDocument } from '../show/json-document.ts'
import { showProgress } from '../show/progress.ts'
import { terminalOf } from '../show/terminal.ts'
import type { ViolationRow } from '../store/queries.ts'
import { rowsOf } from '../store/rows-of.ts'
import { exposuresUnlessSaid } from '../tools/exposures/exposures.ts'
import { version } from '../version.ts'
import { withDatabase } from './database.ts'
import { type GateOptions, isGated, isRefused, openGate } from './eval-gate.ts'
import { evalReports, resultsOf, writeReports } from './eval-reports.ts'
import { openLog } from './home.ts'
import { onInterrupt } from './interruption.ts'
import { judgesOf } from './judges.ts'
import { printJson } from './print.ts'
import { failedExitCode, infrastructureExitCode, interruptedExitCode, say } from './run-command.ts'
import { exampleChain, reportOf } from './run-report.ts'
import { withSpans } from './span-export.ts'

export interface EvalOptions extends GateOptions {
  readonly model?: readonly string[]
  readonly exposure?: readonly string[]
  readonly trials?: number
  readonly concurrency: number
  readonly seed: number
  readonly stream: boolean
  readonly config?: string
  readonly report?: readonly string[]
  readonly json?: true
}

/** Of a case, unless said otherwise: what the gate's figures are for. */
const gatedTrials = 3

const offlineModels = ['baseline:lexical', guessingModel]

export async function evaluate(patterns: readonly string[], options: EvalOptions): Promise<number> {
  const signal = onInterrupt('stopping; what is done is kept (again to stop at once)')
  const reports = evalReports(options.report ?? [])
  const config = await loadConfig(options.config, process.cwd())
  const suites = await loadSuites(patterns, config)
  const [plan, judges] = await Promise.all([planOf(suites, options), judgesOf(suites)])
  const gate = await openGate(plan, options)
  const { journal, closeSpans } = await withSpans(openLog(undefined, config))
  const { concurrency } = options
  const { playMore } = gate ?? {}
  const playing = { journal, concurrency, signal, judges, ...(playMore && { playMore }) }
  const run = await play(plan, config, playing).finally(closeSpans)
  if (run === null) return interruptedExitCode
  const { example, violations, isStored } = await store(run)
  const verdict = gate && run.state === 'completed' ? gate.judge([...run.trials, ...run.more]) : null
  const report = reportOf(plan, run, { exampleChain: example, gate: verdict })
  await writeReports(resultsOf(report, run.trials, violations, plan.suites), reports)
  if (options.json) printJson(evalDocument(report))
  else process.stdout.write(renderEvalReport(report, terminalOf(process.stdout, process.env)))
  if (signal.aborted) return interruptedExitCode
  if (verdict && isRefused(verdict, options)) return failedExitCode
  const isWhole = isStored && journal.losses.entries + journal.losses.bodies === 0
  return run.infrastructureErrors > 0 || !isWhole ? infrastructureExitCode : 0
}

async function planOf(suites: readonly Suite[], options: EvalOptions): Promise<Plan> {
  const { trials = isGated(options) ? gatedTrials : 1, seed } = options
  const names = [...new Set(options.model ?? offlineModels)]
  const models = await Promise.all(
    names.map((name) => createModel(name, { env: process.env, streaming: options.stream })),
  )
  const exposures = [...new Set(options.exposure ?? usableExposures(suites))]
  checkPlan({ models, exposures })
  return { suites, models, exposures, trials, seed }
}

/** Those that need nothing but a curated list; without that, `curated` is left out, and who names it is told instead. */
function usableExposures(suites: readonly Suite[]): readonly string[] {
  const uncurated = suites.find(({ toolset }) => toolset.curated === null)
  if (!uncurated) return exposuresUnlessSaid
  say(`without the exposure curated: the toolset ${uncurated.toolset.name} has no curated list`)
  return exposuresUnlessSaid.filter((name) => name !== 'curated')
}

interface Playing extends Pick<RunOptions, 'journal' | 'concurrency' | 'signal' | 'playMore'> {
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
  const progress = showProgress(process.stderr, terminalOf(process.stderr, process.env), {
    title: [
      ...(names.size > 0 ? [`starting ${[...names].join(', ')}`] : []),
      ...(cassettes.size > 0 ? [`replaying ${[...cassettes].join(', ')}`] : []),
    ].join(' · '),
    planned: planSize(plan),
  })
  let infrastructureErrors = 0
  const onTrial = ({ trial }: GradedTrial) => {
    if (trial.outcome === 'infrastructure') infrastructureErrors += 1
    progress.step({ infrastructureErrors })
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
