import type { JsonObject } from './json.ts'
import type { Decision, FinishReason, Model, Usage } from './model.ts'
import type { PolicyDecision } from './policy.ts'
import type { Case } from './suite.ts'
import type { Replay, ToolResult } from './tool.ts'

/** One request to the model and what it answered. */
export interface ModelTurn {
  readonly type: 'model'
  /** Names of the tools shown; without those whose definition the provider had still to load. */
  readonly tools: readonly string[]
  /** Those that the provider loads when its model looks for them. */
  readonly deferred?: readonly string[]
  /** Of the exposure's own tools: which call any tool by its name. Absent where the request does not say. */
  readonly callTools?: readonly string[]
  /** The tools that the exposure's own ones can call, where each says which. */
  readonly reach?: readonly string[]
  /** Tokens of the tool definitions in this request (an estimate unless the provider counts them); null is unknown. */
  readonly definitionTokens: number | null
  /** All tokens of the request and the response, estimated where the provider reported none; null is unknown. */
  readonly totalTokens: number | null
  /** Whether `totalTokens` is an estimate. */
  readonly isEstimate: boolean
  readonly usage: Usage
  readonly text: string
  readonly decisions: readonly Decision[]
  readonly finishReason: FinishReason
  readonly durationMs: number
}

/** A call that reached the toolset, under its own name, however it was shown. */
export interface CallTurn {
  readonly type: 'call'
  readonly id: string
  readonly parentId: string | null
  readonly tool: string
  /** Null when they were not kept whole: too long, or erased since. */
  readonly arguments: JsonObject | null
  /** The server says that the tool only reads. */
  readonly readOnly: boolean
  readonly result: ToolResult
  readonly durationMs: number
  /** Set where a cassette stood for the server. */
  readonly replay?: Replay
}

/** What a find tool of the exposure answered: which tools a model could choose from after it. */
export interface RetrievalTurn {
  readonly type: 'retrieval'
  readonly query: string
  readonly tools: readonly string[]
}

export interface PolicyTurn {
  readonly type: 'policy'
  readonly callId: string
  readonly tool: string
  readonly decision: PolicyDecision
}

/** A call that the runner made for the case, before or after the model. */
export interface CheckTurn {
  readonly type: 'check'
  readonly purpose: 'setup' | 'state' | 'teardown'
  /** In the case's list. */
  readonly index: number
  readonly tool: string
  readonly result: ToolResult
  readonly replay?: Replay
}

export type Turn = ModelTurn | RetrievalTurn | PolicyTurn | CallTurn | CheckTurn

/** The call id under which the runner makes it. */
export function checkId(purpose: CheckTurn['purpose'], index: number): string {
  return `calltrail:${purpose}:${index}`
}

/** What `checkId` wrote; null for any other id. */
export function readCheckId(id: string): Pick<CheckTurn, 'purpose' | 'index'> | null {
  const [, purpose, index] = /^calltrail:(setup|state|teardown):(\d+)$/.exec(id) ?? []
  if (purpose !== 'setup' && purpose !== 'state' && purpose !== 'teardown') return null
  return { purpose, index: Number(index) }
}

/**
 * How a trial came to its end; `truncated`: by the limit of what a model may write; `too many calls`: decided on at once, so
 * that none of them was carried out; `case budget`: of what the case allows, nothing was left.
 */
export type Ending =
  | 'answered'
  | 'refused'
  | 'content filter'
  | 'context overflow'
  | 'truncated'
  | 'too many calls'
  | 'step limit'
  | 'call limit'
  | 'case budget'

/** All that happened in a trial, in order, redacted as it was recorded. Graders see nothing else of it. */
export interface Transcript {
  readonly prompt: string
  readonly turns: readonly Turn[]
  /** The text of the last model turn; null when the trial ended without one. */
  readonly answer: string | null
  readonly stopped: Ending
}

export interface Score {
  readonly grader: string
  /** 0 to 1 for a judgement, a count for a measurement; null for "could not judge", which has its own denominator. */
  readonly value: number | null
  /** Null where there was nothing to pass: a measurement, or could not judge. */
  readonly passed: boolean | null
  /** In words, for the person who reads the table of failures. */
  readonly reason: string
  readonly details?: Readonly<Record<string, number | null>>
}

export interface Grader {
  readonly name: string
  grade(transcript: Transcript, signal: AbortSignal): Promise<Score>
}

/** What some graders need besides the transcript. */
export interface GraderContext {
  /** The model that rubrics are put to; null where there is none. */
  readonly judge: Model | null
  /** The same, for the labelled examples: one for all that is judged, so that they are put to it once. `judge` unless said. */
  readonly examined?: Model
  /** What a judge said before of the same recording and the same truth; it is not asked again. */
  readonly judged?: Score | undefined
}

/** A grader for one case; null when the case asks nothing of it. */
export type GraderFactory = (testCase: Case, context?: GraderContext) => Grader | null
