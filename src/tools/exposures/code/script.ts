import type { Json } from '../../../domain/json.ts'

/** A script as it is sent to the thread that runs it. */
export interface Script {
  readonly code: string
  /** By namespace: which `tools.NAMESPACE.NAME` there are. */
  readonly functions: ReadonlyMap<string, readonly string[]>
  readonly limits: ScriptLimits
}

export interface ScriptLimits {
  /** Milliseconds of computing; waiting for calls does not count. */
  readonly computingMs: number
  /** At least 16 MiB. */
  readonly memoryBytes: number
  readonly calls: number
  /** Of what is printed, and of the value that is returned. */
  readonly outputCharacters: number
}

export interface ScriptCall {
  readonly namespace: string
  readonly name: string
  readonly args: Json
}

/** What a call comes to: a value, or an error that the script may catch. */
export type CallAnswer = { readonly value: Json } | { readonly error: string }

export interface ScriptOutcome {
  /** Text as it is, anything else as JSON; null where nothing was returned. */
  readonly value: string | null
  readonly printed: string
  /** What ended the script, with the lines where; null where it came to its end. */
  readonly error: string | null
}

/** Makes a call of a script; what goes wrong is in the answer. */
export type MakeCall = (call: ScriptCall) => Promise<CallAnswer>
