import { CalltrailError, InfrastructureError } from '../errors.ts'
import type { Json, JsonObject } from './json.ts'
import { type ToolResult, textOf } from './tool.ts'

/** What the exposure `composite` shows: purpose-built actions, and beside them some tools as they are. */
export interface Composite {
  readonly actions: readonly Action[]
  readonly tools: readonly string[]
}

/**
 * What happens once a step has failed: nothing more is called; the next step is tried; or nothing more, and what the steps
 * before it did is taken back, last first, as far as they say how. A step under way, or next, when the action is cancelled
 * has failed too; since no other is tried then, `continue` of a step gives way to the rule of its action.
 */
export type FailureRule = 'stop' | 'continue' | 'undo'

/** One tool to the model, several calls to the servers. */
export interface Action {
  readonly name: string
  readonly description: string
  readonly inputSchema: JsonObject
  readonly steps: readonly ActionStep[]
  readonly onFailure: FailureRule
  /** A template; without one, the result of the last step that was made. */
  readonly result?: Json | undefined
}

export interface ActionCall {
  readonly call: string
  /** A template (`template.ts`). */
  readonly args: JsonObject
}

export interface ActionStep extends ActionCall {
  readonly id: string
  /** All must hold, or the step is left out. */
  readonly when: readonly Condition[]
  /** In place of the action's. */
  readonly onFailure?: FailureRule | undefined
  readonly undo?: ActionCall | undefined
}

/**
 * `value` is a template. A text contains a text within it, a list each value that is one of its elements. What is left out
 * equals nothing, contains nothing and does not exist.
 */
export interface Condition {
  readonly value: string
  readonly equals?: Json | undefined
  readonly contains?: Json | undefined
  readonly exists?: boolean | undefined
}

/** A server was gone in the middle of an action. `result` says what was done, undone and not undone; so does the message. */
export class ActionCutOff extends InfrastructureError {
  readonly result: ToolResult

  constructor({ code }: InfrastructureError, result: ToolResult) {
    super(code, textOf(result))
    this.result = result
  }
}

/** Whoever asked for an action gave it up in its middle. The message says what was done, undone and not undone. */
export class ActionCancelled extends CalltrailError {
  constructor(result: ToolResult) {
    super('action_cancelled', textOf(result))
  }
}

/** The tools that an action can call. */
export function toolsOfAction({ steps }: Action): readonly string[] {
  return [...new Set(steps.flatMap(({ call, undo }) => (undo ? [call, undo.call] : [call])))]
}
