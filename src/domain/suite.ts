import type { Location } from '../errors.ts'
import type { CassetteSource, Recording } from './cassette.ts'
import type { Json } from './json.ts'

/** How an argument or an answer is compared. A bare value in YAML means `equals`. */
export type Matcher =
  | { readonly equals: Json }
  | { readonly oneOf: readonly Json[] }
  | { readonly contains: string }
  | { readonly startsWith: string }
  | { readonly endsWith: string }
  /** A JavaScript regular expression, `u` flag, not anchored. */
  | { readonly regex: string }
  /** `within` is the largest absolute difference that still matches. */
  | { readonly number: number; readonly within: number }
  | { readonly any: true }
  | { readonly absent: true }

export interface ExpectedCall {
  readonly tool: string
  /** By argument name; an argument that is not named here may have any value or be absent. */
  readonly args: Readonly<Record<string, Matcher>>
  /** Other tools that would be as right, with the same arguments. */
  readonly alternatives: readonly string[]
}

/**
 * `exact`: these calls in this order and no other; `any-order`: these calls and no other; `subset`: these calls are
 * among those made, whatever else is called (`forbid` names what must not be); `superset`: every call made is one of
 * these, and none is needed. In `any-order` and `superset` extra calls of tools that only read are allowed.
 */
export type MatchMode = 'exact' | 'any-order' | 'subset' | 'superset'

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
}

export interface Expectation {
  /** Null when the case says nothing about calls; empty when the right thing is to call nothing. */
  readonly calls: readonly ExpectedCall[] | null
  readonly match: MatchMode
  /** Tools that must not be called, whatever else happens. */
  readonly forbid: readonly string[]
  /** All must match the answer. */
  readonly answer: readonly Matcher[]
  readonly bfcl?: BfclExpectation
}

export interface Case {
  readonly id: string
  readonly prompt: string
  readonly expect: Expectation
  /** Gets its own copy of the workspace and its own servers from the start. */
  readonly writes: boolean
  /** Nobody has said yet what should happen: it is played and shown, and never judged. */
  readonly draft: boolean
  /** What the tools answer, where the toolset is a cassette. */
  readonly recording: Recording | null
  readonly tags: readonly string[]
  /** SHA-256 over prompt, expectation and recording, in hex: the version of this truth. */
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
