import type { Location } from '../errors.ts'
import type { Composite } from './action.ts'
import type { CassetteSource, Recording } from './cassette.ts'
import type { Json, JsonObject } from './json.ts'

/** How an argument or an answer is compared. A bare value in YAML means `equals`. */
export type Matcher =
  | { readonly equals: Json }
  | { readonly oneOf: readonly Json[] }
  | { readonly contains: string }
  | { readonly startsWith: string }
  | { readonly endsWith: string }
  /** A regular expression as RE2 has them (linear time, no look-around), not anchored. */
  | { readonly regex: string }
  /** `within` is the largest absolute difference that still matches. */
  | { readonly number: number; readonly within: number }
  /** A day (`2026-11-21`: the same day as written) or an instant. `within`: milliseconds, the largest difference. */
  | { readonly date: string; readonly within: number | null }
  /** At least these members of an object and these elements of a list, in any order, at any depth. */
  | { readonly jsonSubset: Json }
  | { readonly jsonSchema: JsonObject }
  | { readonly anyOf: readonly Matcher[] }
  | { readonly not: Matcher }
  | { readonly any: true }
  | { readonly absent: true }

/** A call that would be as right as the expected one. */
export interface AlternativeCall {
  readonly tool: string
  readonly args: Readonly<Record<string, Matcher>>
}

export interface ExpectedCall {
  readonly tool: string
  /** What `after` of other calls names. */
  readonly id?: string | undefined
  /** Calls that must have been made before this one, where the mode is `partial-order`. */
  readonly after?: readonly string[]
  /** By argument name; an argument that is not named here may have any value or be absent. */
  readonly args: Readonly<Record<string, Matcher>>
  /** Other tools that would be as right, with the same arguments. */
  readonly alternatives: readonly string[]
  /** Others, with arguments of their own. */
  readonly alternativeCalls?: readonly AlternativeCall[]
}

/** Names of the tools that may answer an expected call. */
export function acceptedTools({
  tool,
  alternatives,
  alternativeCalls = [],
}: ExpectedCall): readonly string[] {
  return [tool, ...alternatives, ...alternativeCalls.map((call) => call.tool)]
}

/**
 * `exact`: these calls in this order and no other; `any-order`: these calls and no other; `subset`: these calls are
 * among those made, whatever else is called (`forbid` names what must not be); `superset`: every call made is one of
 * these, and none is needed; `partial-order`: as `any-order`, each call after those that it names. In `any-order`,
 * `superset` and `partial-order` extra calls of tools that only read are allowed.
 */
export type MatchMode = 'exact' | 'any-order' | 'subset' | 'superset' | 'partial-order'

/** A call that the runner makes: of a tool of the toolset, with these arguments. */
export interface FixedCall {
  readonly tool: string
  readonly args: JsonObject
}

/** A call made after the trial, on what the trial left, and what its result must be. */
export interface StateCheck extends FixedCall {
  /** Of the structured result, where there is one, else of the text. */
  readonly result: readonly Matcher[]
}

/** What another model is asked about the answer. */
export interface Rubric {
  readonly rubric: string
  /** Answers with the verdict of a person: how far the judge agrees with them is its calibration. */
  readonly examples: readonly { readonly answer: string; readonly verdict: 'pass' | 'fail' }[]
  /** The least share of the examples on which it must agree; below it judges nothing. */
  readonly agreement: number
  /** How often it is asked; it must say the same each time. */
  readonly votes: number
}

/** At most this much in one trial. */
export interface Budget {
  /** Model requests. */
  readonly steps?: number | undefined
  readonly calls?: number | undefined
  readonly tokens?: number | undefined
  readonly seconds?: number | undefined
}

/**
 * A case as the Berkeley Function-Calling Leaderboard has it, judged as its checker of syntax trees does. Functions and
 * answers are JSON texts, since `5` and `5.0` differ there: function descriptions, and `[{fn: {param: [acceptable, …]}}]`.
 */
export interface BfclExpectation {
  /** `simple_python`, `live_parallel`, …: decides how calls are paired. */
  readonly category: string
  readonly language: 'python' | 'java' | 'javascript'
  readonly functions: string
  readonly answers: string
  /**
   * `bfcl`: to the letter as the official checker; `default`: parallel calls by maximum matching, where that is greedy, and
   * a malformed call is no abstention.
   */
  readonly mode?: 'bfcl' | 'default' | undefined
}

export interface Expectation {
  /** Null when the case says nothing about calls; empty when the right thing is to call nothing. */
  readonly calls: readonly ExpectedCall[] | null
  readonly match: MatchMode
  /** Tools that must not be called, whatever else happens. */
  readonly forbid: readonly string[]
  /** All must match the answer. */
  readonly answer: readonly Matcher[]
  readonly bfcl?: BfclExpectation | undefined
  /** Extra calls of tools that only read: allowed or not, whatever the mode says. */
  readonly extraReads?: boolean | undefined
  readonly state?: readonly StateCheck[]
  readonly judge?: Rubric | undefined
}

export interface Case {
  readonly id: string
  readonly prompt: string
  /** What the user says next, each once the model has answered. */
  readonly followUps?: readonly string[]
  /** Made before the model is asked; one that fails makes the trial an infrastructure error. */
  readonly setup?: readonly FixedCall[]
  /** Made after the state was checked, however the trial ended. */
  readonly teardown?: readonly FixedCall[]
  /** Files laid into the trial's copy of the workspace, by path within it. */
  readonly fixtures?: Readonly<Record<string, string>>
  readonly budget?: Budget | undefined
  readonly expect: Expectation
  /** Gets its own copy of the workspace and its own servers from the start. */
  readonly writes: boolean
  /** Nobody has said yet what should happen: it is played and shown, and never judged. */
  readonly draft: boolean
  /** What the tools answer, where the toolset is a cassette. */
  readonly recording: Recording | null
  readonly tags: readonly string[]
  /** SHA-256 over all that decides what happens and what is right, in hex: the version of this truth. */
  readonly hash: string
  readonly location: Location
  /** Where a part of the case was written, for errors found after parsing: `['expect', 'calls', 0, 'tool']`. */
  readonly locate: (path: readonly (string | number)[]) => Location
}

/** The tools of some servers, and what belongs to them as a whole. */
export interface ToolsetDefinition {
  /** The name in calltrail.yaml, or the server names joined by `+`. */
  readonly name: string
  /** Those that are started: none, where a cassette answers in their place. */
  readonly servers: readonly string[]
  readonly cassette: CassetteSource | null
  /** A folder that servers work on, copied for each run; `${CALLTRAIL_WORKSPACE}` in an mcpServers file. Absolute path. */
  readonly workspace: string | null
  /** The tools that the exposure `curated` shows. Null: nobody curated this toolset. */
  readonly curated: readonly string[] | null
  /** What the exposure `composite` shows; absent where nobody composed anything. */
  readonly composite?: Composite
  readonly location: Location
  /** Where a part of it was written: `['curated', 3]`. */
  readonly locate?: (path: readonly (string | number)[]) => Location
}

export interface Suite {
  readonly name: string
  readonly file: string
  readonly toolset: ToolsetDefinition
  /** Absolute paths of policy files. */
  readonly policies: readonly string[]
  readonly cases: readonly Case[]
  /** The model that rubrics are put to; null where none is. */
  readonly judge?: string | null
  /** SHA-256 over the case hashes, in hex. */
  readonly hash: string
}

/** A server of an mcpServers file, variables expanded but for those of the workspace. */
export type ServerDefinition =
  | {
      readonly transport: 'stdio'
      readonly name: string
      readonly command: string
      readonly args: readonly string[]
      readonly env: Readonly<Record<string, string>>
      /** Absolute; the folder of the mcpServers file unless it says otherwise. */
      readonly cwd: string
      readonly location: Location
    }
  | {
      readonly transport: 'http'
      readonly name: string
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
      readonly location: Location
    }
