import type { Outcome } from './entry.ts'
import type { JsonObject } from './json.ts'
import type { ToolAnnotations, ToolResult } from './tool.ts'

/** A tool as `tools/list` of its server gave it, under the server's own name for it. */
export interface ListedTool {
  readonly name: string
  readonly description?: string | undefined
  readonly inputSchema: JsonObject
  readonly outputSchema?: JsonObject | undefined
  readonly annotations?: ToolAnnotations | undefined
}

/** The tools of a server as they once were. */
export interface ToolSnapshot {
  readonly server: string
  /** Tells apart the snapshots of a server; made of the hash of `tools`. */
  readonly id: string
  readonly serverVersion: string | null
  readonly tools: readonly ListedTool[]
}

/** A call that happened; what was secret in it stands as a placeholder that is local to the case. */
export interface RecordedCall {
  readonly tool: string
  readonly arguments: JsonObject
  /** What came back: a result, or why none did. */
  readonly answer: ToolResult | RecordedFailure
}

export interface RecordedFailure {
  readonly layer: Exclude<Outcome['layer'], 'ok' | 'tool'> | 'no_answer'
  readonly code: number | null
  readonly message: string | null
}

/** All that a case needs in place of its servers. */
export interface Recording {
  readonly snapshots: readonly ToolSnapshot[]
  /** In the order in which they were made. */
  readonly calls: readonly RecordedCall[]
}

/** The cassette that a toolset is played from. */
export interface CassetteSource {
  /** As it is shown to people. */
  readonly file: string
  /** Of a call that the cassette does not hold: it fails, or goes to the real server. */
  readonly miss: 'fail' | 'live'
  /** Of all its cases. */
  readonly snapshots: readonly ToolSnapshot[]
}
