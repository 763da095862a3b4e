import type { EntryData, Evidence, Outcome } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import type { Payload, StoredBody } from '../domain/journal.ts'
import type { Json, JsonObject } from '../domain/json.ts'
import type { PolicyDecision, PolicyRequest } from '../domain/policy.ts'
import type { Replay } from '../domain/tool.ts'

export interface SessionOptions {
  readonly type: EntryData['session_opened']['type']
  readonly server: string | null
  readonly identity: Identity
  /** The session that this one belongs to. */
  readonly parent: string | null
  readonly evidence: Evidence
  readonly protocolVersion?: string | null
  /** Keeps entries and body texts in memory, as they were stored: a trial is graded by nothing else. */
  readonly keep?: boolean
}

/** A payload to store, or one that is stored already. */
export type Recordable = Payload | StoredBody

export interface ToolQuestion {
  readonly tool: string
  readonly server: string | null
  /** For the hash; also what is stored, unless `payload` has it to the letter. */
  readonly arguments: Json
  readonly payload?: Payload
  readonly method?: string
  readonly requestId?: string | null
  readonly readOnly: boolean | null
  readonly evidence: Evidence
  /** The session's, unless said. */
  readonly identity?: Identity
  /** By which calls that this one makes name it; that of its evidence, unless said. */
  readonly callId?: string
  /** Id of the call that made this one. */
  readonly parentCallId?: string | null
}

/** A result's text, and its structured content as it came. */
export interface SaidResult {
  readonly text: string
  readonly structured: Json | undefined
}

export interface ToolAnswer {
  readonly outcome: Outcome
  readonly result: Payload | null
  /** By what it is found again in the next model request. */
  readonly said?: SaidResult
  readonly evidence?: Evidence
  readonly found?: readonly string[]
  readonly replay?: Replay
}

export interface ToolDefinitions {
  readonly server: string
  readonly serverVersion: string | null
  readonly tools: readonly Json[]
  readonly payload?: Payload
}

export type ModelQuestion = Omit<
  EntryData['model_request'],
  'span' | 'operation' | 'prompt' | 'messages' | 'system' | 'tools' | 'identity'
> & {
  readonly prompt: Recordable | null
  readonly messages: Recordable
  readonly system?: Recordable
  readonly tools: Recordable | null
  readonly identity?: Identity
}

export type ModelAnswer = Omit<
  EntryData['model_response'],
  'span' | 'content' | 'searches' | 'durationMs'
> & {
  readonly content: Recordable | null
  readonly searches?: Recordable
}

export interface ObservedDecision {
  readonly tool: string
  /** Null when malformed. */
  readonly arguments: Json
  readonly payload: Payload
  /** Null where the provider gave none. */
  readonly callId: string | null
  /** Of the tool's arguments, as the model was shown it: some clients convert to it what the model wrote. */
  readonly schema?: JsonObject
}

export interface ObservedPolicy {
  /** Id of the call that was decided about, if it is being recorded. */
  readonly callId: string | null
  readonly engine: { readonly name: string; readonly policySetHash: string }
  readonly mode: 'observe' | 'enforce'
  readonly request: PolicyRequest
  readonly decision: PolicyDecision
}

export interface ObservedFrame {
  readonly direction: EntryData['frame']['direction']
  readonly method: string | null
  readonly requestId: string | null
  readonly malformed: boolean
  readonly body: Payload
}
