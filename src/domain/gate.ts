/** `regressed` where one cell is; `pass` where all of them are known to be as good as they were. */
export type GateVerdict = 'pass' | 'regressed' | 'insufficient data'

/** Of so many trials. */
interface Passes {
  readonly passed: number
  readonly n: number
}

/** A case that passes less often tonight than it did: by chance, or because it broke. */
export interface Suspect {
  /** Suite, id and hash of its truth, as JSON. */
  readonly case: string
  readonly tonight: Passes
  readonly before: Passes
  readonly again: Passes
  readonly fresh: Passes
  /** Played again, it was as ever. */
  readonly isCleared: boolean
}

export interface JudgedSuspect extends Suspect {
  /** Adjusted for all suspects of the cell and all tests of the run. */
  readonly p: number
  readonly isConfirmed: boolean
}

export interface CellJudgement {
  readonly suspects: readonly JudgedSuspect[]
  /** Tonight as one number against the earlier nights; null with too few of them. */
  readonly drift: {
    readonly difference: number
    readonly t: number
    /** One-sided: that it fell. */
    readonly p: number
    /** The smallest fall that would be seen 8 times in 10. */
    readonly detectable: number
  } | null
  /** Adjusted for all tests of the run; null without `drift`. */
  readonly driftP: number | null
  readonly hasDrifted: boolean
  readonly isRegressed: boolean
}

/** Trials of one cell, repetitions of the plan alone; drafts, which nobody judges, are in none. */
export interface GateDenominators {
  readonly planned: number
  readonly judged: number
  readonly notJudged: number
  readonly infrastructure: number
  /** Never played, or interrupted. */
  readonly missing: number
}

/** Why nobody can say that a cell is as good as it was. */
export type Shortcoming =
  | { readonly kind: 'few nights'; readonly nights: number; readonly needed: number }
  | { readonly kind: 'few judged'; readonly judged: number; readonly planned: number }
  /** `missing`: trials that they would still have been played, at most. */
  | { readonly kind: 'unconfirmed'; readonly suspects: number; readonly missing?: number }
  /** Of tonight's cases. */
  | { readonly kind: 'few comparable'; readonly comparable: number; readonly cases: number }
  /** `suite/case`: no earlier run is left in which it had not regressed. */
  | { readonly kind: 'always regressed'; readonly cases: readonly string[] }

export interface GatedCell extends CellJudgement {
  readonly model: string
  readonly exposure: string
  readonly verdict: GateVerdict
  readonly shortcomings: readonly Shortcoming[]
  /** Runs that it was compared with, and how many of its cases were. */
  readonly nights: number
  readonly comparable: number
  /** Earlier runs in which it regressed: what broke in them is compared with nothing. Unknown of older verdicts. */
  readonly leftOut?: number
  /** Cases that earlier runs have under another truth alone: compared with nothing. */
  readonly changedTruths: readonly string[]
  /** Cases that no earlier run has. */
  readonly newCases: number
  /** Of the plan; what was played again is not among them. Each has a denominator of its own. */
  readonly trials: GateDenominators
  /** Trials beyond the plan. */
  readonly playedAgain: number
  /** The rate that a case which always passed may fall to and be found 8 times in 10; null where none would. */
  readonly detectableRate: number | null
}

/** How often the gate would call a night regressed on which nothing broke, with its 95 % interval. */
export interface Calibration {
  readonly falseAlarms: number
  readonly nights: number
  readonly low: number
  readonly high: number
}

/** The comparison of a run with those before it. */
export interface GateReport {
  readonly verdict: GateVerdict
  /** The newest of the runs that were looked at; null where there was none. */
  readonly newest: string | null
  readonly cells: readonly GatedCell[]
  /** Null where no cell has history enough. */
  readonly calibration: Calibration | null
}
