import type { GateReport } from './gate.ts'

/** What evaluation appends: runs, their trials and scores, and how they compare. */
export interface RunEntryData {
  run_started: {
    readonly run: string
    /** What whoever started it called it, where that is not its id; the id is made of it. */
    readonly name?: string
    readonly suites: readonly { readonly name: string; readonly hash: string; readonly cases: number }[]
    readonly models: readonly { readonly name: string; readonly kind: string }[]
    readonly exposures: readonly string[]
    readonly trials: number
    readonly seed: number
    readonly planned: number
    readonly version: string
    /** Whose suites they are: runs of one project are compared. */
    readonly project?: string
    /** Recorded chains that suites were made of, in their order: no file has these. */
    readonly chains?: readonly string[]
    /** Where providers were asked for whole answers. */
    readonly stream?: false
    /** With which run it is compared, or with all before it (`latest`), and for which verdicts it ends with 1. */
    readonly compared?: {
      readonly baseline: string
      readonly failOn: 'nothing' | 'regressed' | 'insufficient data'
    }
    /** Of the whole run, where its command line said so; what calltrail.yaml says holds as it stands then. */
    readonly budget?: { readonly usd?: number; readonly tokens?: number }
    /** The run whose recorded transcripts were graded again; no model was asked. */
    readonly rescores?: string
    /** Of the graders; rises when one comes to judge otherwise. */
    readonly graders?: number
    /** Of a run that several processes play, one after the other or each its shard: which of them this is. */
    readonly part?: string
    /** From 1. */
    readonly shard?: { readonly index: number; readonly of: number }
  }
  run_finished: {
    readonly run: string
    readonly part?: string
    readonly state: 'completed' | 'interrupted' | 'failed' | 'budget stop' | 'time limit'
    /** Trials that the budget of the run did not let begin, or end. */
    readonly budgetStops?: number
    /** Of all model requests and embeddings so far, in US dollars; null where a price or a usage is unknown. */
    readonly costUsd?: number | null
    /**
     * What no trial's `costUsd` has: of judges, of toolsets that were embedded, and of trials that did not come to their end,
     * in this part and in those before it that could not tell. That of all trials and of all parts is what the run cost.
     */
    readonly otherCostUsd?: number | null
    /**
     * What requests of this part that broke off had reserved of a budget: what they took nobody says, and it counts against
     * that of whoever takes the run up. In US dollars and tokens; absent where none did, or there was no budget.
     */
    readonly brokenOff?: { readonly usd: number; readonly tokens: number }
    /** Of what was to be played: played so far, in earlier parts too. */
    readonly done: number
    readonly infrastructureErrors: number
    readonly durationMs: number
  }
  /** What the gate made of a run, from its trials and those of the runs before it; the last of them counts. */
  gate: GateReport & {
    readonly run: string
    readonly gate: string
    /** What was asked for: `latest`, or a run, which is the newest that was looked at. */
    readonly baseline: string
  }
  trial: {
    readonly run: string
    readonly trial: string
    readonly suite: string
    readonly case: string
    readonly caseHash: string
    /** Of what it was played with beside its prompt (`setting-hash.ts`); absent before it was written down. */
    readonly settingHash?: string
    readonly tags: readonly string[]
    readonly model: string
    readonly modelKind: string
    readonly exposure: string
    readonly repetition: number
    /** `failed` is a wrong answer; `infrastructure` is not the model's fault and not in its denominator. */
    readonly outcome: 'passed' | 'failed' | 'not judged' | 'infrastructure'
    readonly message: string | null
    /** Which trial's recording was graded again, and by which truth and version it had been judged. */
    readonly rescores?: { readonly trial: string; readonly caseHash: string; readonly outcome: string }
    readonly modelTurns: number
    readonly toolCalls: number
    /** Mean per model request; null without one. */
    readonly definitionTokens: number | null
    readonly totalTokens: number | null
    /** No provider counted some of `totalTokens`. */
    readonly totalTokensEstimated?: boolean
    /** Of its model requests, without those of a judge, and of what its searches embedded, in US dollars; null where a price or a usage is unknown. */
    readonly costUsd?: number | null
    /** Calls that policy denied, or would have; null where no policy was asked. */
    readonly violations: number | null
    /** Calls whose tool the exposure's find tool offered, of the expected ones; null where nothing is retrieved. */
    readonly retrievalHit: number | null
    readonly durationMs: number
    readonly stopped: string | null
  }
  score: {
    readonly run: string
    readonly trial: string
    readonly grader: string
    readonly value: number | null
    readonly passed: boolean | null
    readonly reason: string
    readonly details: Readonly<Record<string, number | null>>
  }
}
