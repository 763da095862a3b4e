import type { Entry } from '../../domain/entry.ts'

/** What a call was recorded with, from its request to what ended it; all of it redacted. */
export interface EndedCall<Request extends 'tool_request' | 'model_request'> {
  readonly request: Entry<Request>
  /** Null where the session was closed before an answer came; `endedAt` is when. */
  readonly closing: Entry<Request extends 'tool_request' ? 'tool_result' : 'model_response'> | null
  readonly endedAt: string
  readonly session: Entry<'session_opened'> | null
  /** Over what the server of a tool is reached; null where no session of that server says it. */
  readonly transport: 'stdio' | 'http' | null
  /** Recorded of the call between request and end, and decisions just after it. */
  readonly moments: readonly Entry<'decision' | 'policy_decision'>[]
  /** Null where content may not leave. */
  readonly content: CallContent | null
}

/** Redacted; null for what was not recorded, or is no tool's. */
export interface CallContent {
  readonly arguments: string | null
  readonly result: string | null
}

/** A trial from its beginning to its end, with what it was judged to be; null for one that was interrupted. */
export interface EndedTrial {
  readonly session: Entry<'session_opened'>
  readonly trial: Entry<'trial'> | null
  readonly scores: readonly Entry<'score'>[]
  readonly endedAt: string
}

export type Ended =
  | ({ readonly type: 'tool' } & EndedCall<'tool_request'>)
  | ({ readonly type: 'model' } & EndedCall<'model_request'>)
  | ({ readonly type: 'trial' } & EndedTrial)
