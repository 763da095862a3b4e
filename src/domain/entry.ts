import type { Identity } from './identity.ts'
import type { JsonObject } from './json.ts'
import type { FinishReason, Usage } from './model.ts'
import type { RunEntryData } from './run-entry.ts'
import type { Replay } from './tool.ts'

/**
 * The journal's format. One entry is one line of JSON, keys in the order of `Envelope`, `data` last:
 *
 *     {"v":1,"log":"0192…","seq":0,"at":"2026-11-20T02:14:07.123456Z","kind":"tool_request","session":"0192…","data":{…}}
 *
 * `leaf = SHA-256(0x00 ‖ the line's bytes without its newline)`, the leaf hash of RFC 6962 over what is stored, never over
 * a re-serialisation. Envelope and leaf rule are frozen in `test/fixtures/journal-v1`. A reader keeps fields and kinds
 * that it does not know; `data` only ever gains optional fields.
 */
export interface Envelope {
  readonly v: 1
  /** UUIDv7 of the log; one recorder process writes one log. */
  readonly log: string
  /** Dense from 0 within the log. */
  readonly seq: number
  /** UTC, microseconds. */
  readonly at: string
  readonly kind: string
  /** UUIDv7 of what was observed: a child's life, an MCP session, a conversation, a trial. Null: of the log itself. */
  readonly session: string | null
}

/**
 * A payload, redacted, kept beside the journal. `digest = SHA-256(salt ‖ bytes)` in hex; the salt is stored with the body
 * and erased with it, so that erasing a body leaves every proof valid. `bytes` is the size before anything was cut.
 */
export interface BodyRef {
  readonly digest: string
  readonly bytes: number
  readonly truncated?: true
}

/** What may later join this observation to others. Recorders write evidence and never name a chain. */
export interface Evidence {
  /** The model's call id, as sent with the call (`claudecode/toolUseId`, `callId`) or as decided. */
  readonly callId?: string
  /** W3C `traceparent`, and where it was found. */
  readonly traceparent?: { readonly value: string; readonly from: '_meta' | 'header' | 'runner' }
  /** Ids of the client's conversation, by the name of the field they came in. */
  readonly conversation?: Readonly<Record<string, string>>
  /** `Redactor.fingerprint` of the RFC 8785 arguments before redaction; `coerced` after conversion to the tool's schema. */
  readonly argumentsHash?: string
  readonly coercedArgumentsHash?: string
  /** Of a decision for a tool that calls another one (`{name, arguments}`): which, and its arguments. */
  readonly innerTool?: string
  readonly innerArgumentsHash?: string
  /** `Redactor.fingerprint` of the result's trimmed text, and of its structured content (RFC 8785): found again in the next model request. */
  readonly resultHash?: string
  readonly structuredResultHash?: string
  /** Of a model request: the results that it carries since the model last spoke, and the fingerprints that each may have. */
  readonly results?: readonly CarriedResult[]
  /** `Redactor.fingerprint` of a model request's messages, and of those before the model's last answer: another request's. */
  readonly messagesHash?: string
  readonly earlierMessagesHash?: string
  /** Of the words that begin a conversation, and of longer texts in a decision's arguments: an agent that instructs another. */
  readonly promptHashes?: readonly string[]
  readonly textHashes?: readonly string[]
}

export interface CarriedResult {
  readonly callId: string
  readonly hashes: readonly string[]
}

/** Where a call ended. The layers are kept apart; `no answer` is projected, never written. */
export interface Outcome {
  readonly layer: 'ok' | 'transport' | 'http' | 'json-rpc' | 'tool' | 'cancelled' | 'malformed'
  /** Status or error code of that layer. */
  readonly code: number | null
  readonly message: string | null
}

export interface EntryData extends RunEntryData {
  session_opened: {
    /** `judge`: of a model that was asked about answers; its parent is the run. */
    readonly type: 'stdio' | 'http' | 'model' | 'trial' | 'judge'
    readonly server: string | null
    readonly protocolVersion: string | null
    readonly identity: Identity
    /** The session that this one belongs to: a trial's run, a sub-agent's parent. */
    readonly parent: string | null
    readonly evidence: Evidence
  }
  session_closed: {
    readonly reason: 'ended' | 'failed' | 'interrupted'
    readonly exitCode: number | null
    readonly signal: string | null
    readonly message: string | null
    /** Messages that have no entry because they say nothing (`ping` and its answer, progress), counted by method. */
    readonly notRecorded?: Readonly<Record<string, number>>
  }
  tool_definitions: {
    readonly server: string
    readonly serverVersion: string | null
    readonly count: number
    /** SHA-256 over the RFC 8785 form of the list, in hex: changes when a definition changes. */
    readonly hash: string
    readonly tools: BodyRef
  }
  model_request: {
    readonly span: string
    readonly provider: string
    readonly model: string
    /** Origin of the server that was asked; absent where none was, or before it was written down. */
    readonly upstream?: string
    readonly operation: 'chat'
    /** The human's words that started it; null when no recorder saw them. */
    readonly prompt: BodyRef | null
    readonly messages: BodyRef
    /** Instructions that stand beside the messages; absent where there are none. */
    readonly system?: BodyRef
    readonly tools: BodyRef | null
    readonly toolCount: number
    /** Estimated where no tokenizer of the provider exists. */
    readonly definitionTokens: number | null
    readonly evidence: Evidence
    readonly identity: Identity
  }
  model_response: {
    readonly span: string
    readonly outcome: Outcome
    readonly responseModel: string | null
    readonly responseId: string | null
    readonly finishReason: FinishReason | null
    readonly usage: Usage
    /** Nobody was asked: the answer was kept from an earlier run. */
    readonly cached?: true
    /** All tokens of request and response; `estimated` when the provider reported none. */
    readonly totalTokens: number | null
    readonly estimated: boolean
    readonly content: BodyRef | null
    /** The provider's own searches among deferred tools, `[{query, tools}]`; absent where it made none. */
    readonly searches?: BodyRef
    /** Of deferred tools: with those that the provider loaded while it answered. Absent where nothing is deferred. */
    readonly definitionTokens?: number
    readonly durationMs: number
    readonly timeToFirstChunkMs: number | null
  }
  /** An API for embeddings was asked: by the trial whose session it is, without one for a toolset that trials share. */
  embedding: {
    readonly run: string
    /** `provider:model`. */
    readonly model: string
    /** Origin of the server that was asked; absent where none was. */
    readonly upstream?: string
    readonly texts: number
    /** Null where the provider reported none; then `totalTokens` is `estimated`. */
    readonly inputTokens: number | null
    readonly totalTokens: number
    readonly estimated: boolean
  }
  decision: {
    /** Of the decision itself; `modelSpan` is the request that led to it. */
    readonly span: string
    readonly modelSpan: string
    /** `server/tool` where it could be told, else as the model wrote it. */
    readonly tool: string
    readonly malformed: boolean
    readonly arguments: BodyRef
    readonly evidence: Evidence
  }
  policy_decision: {
    readonly span: string
    readonly toolSpan: string | null
    readonly engine: string
    readonly policySetHash: string
    readonly mode: 'observe' | 'enforce'
    readonly effect: 'allow' | 'deny'
    readonly policies: readonly string[]
    readonly errors: readonly string[]
    readonly reason: string
    readonly action: string
    readonly resource: string
    /** All that the engine was asked, so that a back-test can ask again. */
    readonly inputs: BodyRef
  }
  approval: {
    readonly span: string
    readonly toolSpan: string
    readonly state: 'requested' | 'approved' | 'refused' | 'expired'
    readonly by: Identity | null
    readonly reason: string | null
  }
  tool_request: {
    readonly span: string
    /** The tool request that made this one (`call_tool` of an exposure). */
    readonly parentSpan: string | null
    readonly server: string | null
    readonly tool: string
    readonly method: string
    /** JSON-RPC id, as JSON text (`1` is not `"1"`); null where there is none. */
    readonly requestId: string | null
    readonly readOnly: boolean | null
    readonly arguments: BodyRef
    readonly evidence: Evidence
    readonly identity: Identity
  }
  tool_result: {
    readonly span: string
    readonly outcome: Outcome
    readonly result: BodyRef | null
    readonly resultBytes: number | null
    readonly durationMs: number
    readonly evidence: Evidence
    /** Tools that an exposure's find tool offered; absent on every other result. */
    readonly found?: readonly string[]
    /** Absent where a real server answered, as ever. */
    readonly replay?: Replay
  }
  /** Any other message, or one that could not be read; never dropped, always forwarded. */
  frame: {
    readonly direction: 'to server' | 'to client'
    readonly method: string | null
    readonly requestId: string | null
    readonly malformed: boolean
    readonly body: BodyRef
  }
  /** What could not be recorded, counted. */
  loss: { readonly reason: string; readonly entries: number; readonly bodies: number }
  link: {
    /** SHA-256 over evidence, kind and linker version, in hex. */
    readonly id: string
    readonly type: 'caused' | 'continues' | 'same_session'
    readonly from: string
    readonly to: string
    /** 1 exact call id, 2 trace context, 3 session and hash, 4 hash and time, 5 back-match. */
    readonly tier: number
    readonly evidence: JsonObject
    /** Spans that were as likely; more than one means that `from` is no answer but a candidate. */
    readonly candidates: readonly string[]
    readonly linker: number
  }
  body_erased: { readonly digest: string; readonly reason: string }
  segment_retired: {
    readonly segment: string
    readonly firstSeq: number
    readonly lastSeq: number
    readonly root: string
  }
  key_rotated: { readonly purpose: string; readonly keyId: string; readonly previousKeyId: string }
}

export type EntryKind = keyof EntryData

export type Entry<K extends EntryKind = EntryKind> = {
  [Kind in K]: Envelope & { readonly kind: Kind; readonly data: EntryData[Kind] }
}[K]
