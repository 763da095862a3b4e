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
  /**
   * What ended the script, with the lines where; what failed of the calls that it did not wait for; how many calls it asked
   * for that were not made. Null where it came to its end, and every call to its own.
   */
  readonly error: string | null
  /** Failures of calls after it had returned, which something waited for: whether that handled them is unknown. */
  readonly late?: string
}

export interface ScriptHost {
  /** The script asks for a call, which is made once those before it are answered. */
  readonly onAsked: () => void
  /** Makes it; what goes wrong is in the answer. */
  readonly call: (call: ScriptCall) => Promise<CallAnswer>
}
