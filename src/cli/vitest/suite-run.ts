import { type Config, loadConfig } from '../../config/calltrail-config.ts'
import { projectOf } from '../../config/project.ts'
import { defineServers } from '../../config/servers-file.ts'
import { loadSuites } from '../../config/suites.ts'
import type { Transcript } from '../../domain/grader.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import type { GradedTrial } from '../../evaluate/graded-trial.ts'
import { type OpenRun, openRun } from '../../evaluate/open-run.ts'
import { checkPlan, type Plan, type PlannedTrial, planTrials } from '../../evaluate/plan.ts'
import { checkBudget } from '../../evaluate/run-budget.ts'
import { closeStages, type Stage, setStages } from '../../evaluate/stage.ts'
import { createModel } from '../../models/models.ts'
import { loadPrices } from '../../models/prices.ts'
import { loadTokenizer } from '../../models/tokenizer.ts'
import { version } from '../../version.ts'
import { embedderFor } from '../embedders.ts'
import { openLog } from '../home.ts'
import { judgesOf } from '../judges.ts'

/** A trial with all that was recorded of it. */
export interface PlayedTrial extends GradedTrial {
  readonly transcript: Transcript
}

export interface SuiteRunOptions {
  readonly models: readonly string[]
  readonly exposures: readonly string[]
  readonly trials: number
  readonly seed: number
  /** Instead of the nearest calltrail.yaml. */
  readonly config?: string | undefined
}

/** The runs of tests: what each plays is in one journal, as one run, and its servers are started by the first. */
export class SuiteRun {
  readonly plan: Plan
  readonly planned: readonly PlannedTrial[]
  readonly #config: Config
  readonly #closing = new AbortController()
  #opened: Promise<OpenedRun> | null = null
  #outcomes: readonly GradedTrial['trial']['outcome'][] = []

  private constructor(config: Config, plan: Plan) {
    this.#config = config
    this.plan = plan
    this.planned = planTrials(plan)
  }

  /** Reads suites and configuration, and starts nothing. Rejects with a `UsageError` for what is wrong with them. */
  static async read(patterns: readonly string[], options: SuiteRunOptions): Promise<SuiteRun> {
    const { models: names, exposures, trials, seed, config: file } = options
    const config = await loadConfig(file, process.cwd())
    const suites = await loadSuites(patterns, config)
    const models = await Promise.all(
      names.map((name) => createModel(name, { env: process.env, streaming: true })),
    )
    checkPlan({ models, exposures })
    return new SuiteRun(config, { suites, models, exposures, trials, seed })
  }

  /** Rejects where it was interrupted. */
  async play(planned: PlannedTrial, signal: AbortSignal): Promise<PlayedTrial> {
    this.#opened ??= this.#open()
    const { run, transcripts } = await this.#opened
    const graded = await run.play(planned, signal)
    const transcript = graded && transcripts.get(graded.trial.trial)
    if (!transcript)
      throw new Error(run.meter.isUsedUp ? 'the budget is used up' : 'the trial was interrupted')
    transcripts.delete(graded.trial.trial)
    this.#outcomes = [...this.#outcomes, graded.trial.outcome]
    return { ...graded, transcript }
  }

  async end(): Promise<void> {
    this.#closing.abort()
    if (this.#opened === null) return
    const { stages, journal, run } = await this.#opened
    const done = this.#outcomes.length
    const missing = this.planned.length - done
    const budgetStops = run.meter.isUsedUp ? missing : 0
    run.end({
      ...{ done, budgetStops },
      state: budgetStops > 0 ? 'budget stop' : missing > 0 ? 'interrupted' : 'completed',
      infrastructureErrors: this.#outcomes.filter((outcome) => outcome === 'infrastructure').length,
    })
    journal.close()
    await closeStages(stages)
  }

  async #open(): Promise<OpenedRun> {
    const { plan } = this
    const { suites, exposures } = plan
    const { servers: entries, identity } = this.#config
    const servers = defineServers(entries, [...new Set(suites.flatMap(({ toolset }) => toolset.servers))])
    const judges = await judgesOf(suites)
    const embedder = await embedderFor(exposures, this.#config)
    const models = [...plan.models, ...judges.values(), ...(embedder ? [embedder] : [])]
    const prices = await loadPrices(models, this.#config.prices)
    checkBudget(this.#config.budget, models, prices)
    const { signal } = this.#closing
    const stages = await setStages({ suites, exposures, servers, signal, judges })
    const journal = openLog(undefined, this.#config)
    const transcripts = new Map<string, Transcript>()
    const tokenizer = await loadTokenizer()
    const onTranscript = (trial: string, transcript: Transcript) => void transcripts.set(trial, transcript)
    const paid = { prices, budget: this.#config.budget }
    const run = openRun(plan, {
      ...{ stages, journal, identity, tokenizer, embedder, version, onTranscript, ...paid },
      project: await projectOf(this.#config),
    })
    return { stages, journal, run, transcripts }
  }
}

interface OpenedRun {
  readonly stages: readonly Stage[]
  readonly journal: JournalWriter
  readonly run: OpenRun
  readonly transcripts: Map<string, Transcript>
}
