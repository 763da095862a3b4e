import type { GateVerdict } from '../../domain/gate.ts'

/** `unfinished`: nobody has told its end. The database cannot say whether somebody still may; then it is `running`. */
export type RunState =
  | 'completed'
  | 'interrupted'
  | 'failed'
  | 'budget stop'
  | 'time limit'
  | 'unfinished'
  | 'running'

/** Which log a run is recorded in. */
export interface RunLogRow {
  readonly run: string
  readonly log: string
}

/** What a run was called by who started it. */
export interface RunNameRow {
  readonly run: string
  readonly name: string
}

/** What names a run, and what it was asked for. */
export type NamedRunRow = Pick<RunRow, 'run' | 'started' | 'exposures' | 'repetitions'>

/** Newest first; `run` takes the beginning of an id, `named` a whole one beside it, `limit` is 50 unless said. */
export interface RunRow {
  readonly run: string
  readonly started: string | null
  /** Null until it has finished; a run that was killed never does. */
  readonly finished: string | null
  readonly state: RunState
  /** JSON as in the entry `run_started`. */
  readonly suites: string
  readonly models: string
  readonly exposures: readonly string[]
  readonly repetitions: number
  readonly seed: string
  readonly planned: number
  readonly done: number
  /** Beyond the plan, by the gate. */
  readonly replayed: number
  readonly infrastructure_errors: number
  /** Trials that the budget of the run kept from being played. */
  readonly budget_stops: number
  /** Of all model requests, judges' and those of suspects that were played again among them, in US dollars; null is unknown. */
  readonly cost_usd: number | null
  readonly duration_ms: number | null
  readonly version: string
  /** Empty where the run does not say. */
  readonly project: string
  /** The run whose recordings were graded again. */
  readonly rescores: string | null
  /** The version of the graders; 0 where the run does not say. */
  readonly graders: number
  /** Null where it was never compared with others. */
  readonly verdict: GateVerdict | null
  readonly cells: readonly RunCell[]
}

export interface RunCell {
  readonly model: string
  readonly model_kind: string
  readonly exposure: string
  readonly trials: number
  readonly passed: number
  readonly failed: number
  readonly not_judged: number
  readonly infrastructure_errors: number
}

/** The entry `trial`, in the order of the run. */
export interface TrialRow {
  readonly run: string
  readonly trial: string
  readonly session: string
  readonly at: string
  readonly suite: string
  readonly case: string
  readonly case_hash: string
  readonly tags: readonly string[]
  readonly model: string
  readonly model_kind: string
  readonly exposure: string
  readonly repetition: number
  readonly outcome: 'passed' | 'failed' | 'not judged' | 'infrastructure'
  readonly message: string | null
  readonly model_turns: number
  readonly tool_calls: number
  readonly definition_tokens: number | null
  readonly total_tokens: number | null
  readonly total_tokens_estimated: boolean
  readonly cost_usd: number | null
  readonly violations: number | null
  readonly retrieval_hit: number | null
  readonly duration_ms: number
  readonly stopped: string | null
}

/** What a chain belongs to that a trial has made. */
export type ChainTrialRow = Pick<
  TrialRow,
  'run' | 'trial' | 'suite' | 'case' | 'model' | 'exposure' | 'repetition' | 'outcome' | 'message'
>

/** The entry `score`. */
export interface ScoreRow {
  readonly run: string
  readonly trial: string
  readonly at: string
  readonly grader: string
  readonly value: number | null
  readonly passed: boolean | null
  readonly reason: string
  readonly details: Readonly<Record<string, number | null>>
}

/** The entry `gate`. */
export interface GateRow {
  readonly run: string
  readonly gate: string
  readonly at: string
  readonly verdict: GateVerdict
  readonly baseline: string
  readonly newest: string | null
  /** JSON as in the entry. */
  readonly cells: string
  readonly calibration: string
}

/** One case in one cell of a run, in the repetitions that the run had planned. */
export interface GateNightRow {
  readonly run: string
  readonly suite: string
  readonly case: string
  readonly case_hash: string
  readonly model: string
  readonly exposure: string
  readonly passed: number
  readonly failed: number
}

/** Completed runs of suites of some names. */
export interface RunProjectRow {
  /** Empty where a run does not say. */
  readonly project: string
  readonly runs: number
}

/** One suite in one model × exposure of a run: of all its planned trials a list each, sorted by case and truth. */
export interface RunCellRow {
  readonly model: string
  readonly exposure: string
  readonly suite: string
  readonly cases: readonly string[]
  /** The beginnings of the hashes of the cases. */
  readonly truths: readonly string[]
  readonly outcomes: readonly TrialRow['outcome'][]
  readonly model_turns: readonly number[]
  readonly definition_tokens: readonly (number | null)[]
  readonly total_tokens: readonly (number | null)[]
  /** Some of `total_tokens` are estimates. */
  readonly is_estimate: boolean
}

/** The mean of a grader's scores in one cell of a run, of the trials that have one. */
export interface RunScoreRow {
  readonly model: string
  readonly exposure: string
  readonly grader: string
  readonly value: number
}

/** What policy denied, or would have, in a trial of a run. */
export interface ViolationRow {
  readonly trial: string
  readonly chain: string
  readonly policies: readonly string[]
  readonly mode: string
  readonly resource: string
  readonly reason: string
}
