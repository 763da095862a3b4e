import { createHash } from 'node:crypto'
import type { Identity } from './identity.ts'
import type { JsonObject } from './json.ts'

/** The hints of the MCP specification. A server supplies them about itself: they inform, they do not prove. */
export type ToolAnnotations = {
  readonly title?: string
  readonly readOnlyHint?: boolean
  readonly destructiveHint?: boolean
  readonly idempotentHint?: boolean
  readonly openWorldHint?: boolean
}

export interface Tool {
  /** `server/tool`; a tool that an exposure adds has no server: `find_tool`. */
  readonly name: string
  readonly description: string
  /** JSON Schema of the arguments, as the server gave it. */
  readonly inputSchema: JsonObject
  readonly outputSchema?: JsonObject
  readonly annotations?: ToolAnnotations
  /**
   * Declared by an exposure that shows tools on demand. A `find` tool takes `{query}` and answers with
   * `structuredContent: {tools: [{name, description, inputSchema}]}`; so does a `describe` tool, which takes `{names}` and
   * whose description lists all tools, a line `- name: what it does` each. A `call` tool takes `{name, arguments}`, a
   * `code` tool `{code}`.
   */
  readonly discovery?: 'find' | 'describe' | 'call' | 'code'
  /** Declared by an exposure: the only tools of servers that a call of this one can make. */
  readonly reaches?: readonly string[]
  /** Declared by an exposure, in model requests alone: the provider loads the definition when its model looks for it. */
  readonly deferred?: true
}

export interface ToolCall {
  /** Unique within its session; the model's call id where a model made the call. */
  readonly id: string
  readonly name: string
  readonly arguments: JsonObject
  /** The call of an exposure's own tool (`call_tool`) that made this one. */
  readonly parentId?: string
}

/** A block of MCP content; `type` is `text`, `image`, `audio`, `resource` or `resource_link`. */
export interface ContentBlock extends JsonObject {
  readonly type: string
}

export interface ToolResult {
  readonly content: readonly ContentBlock[]
  readonly structuredContent?: JsonObject
  /** What the tool or its caller did wrong. What we did wrong is thrown. */
  readonly isError: boolean
  /** Where a cassette stands for the server. Neither the model nor an exposure sees it. */
  readonly replay?: Replay
}

/** From the cassette; not in it, so that the call failed; or not in it, and asked of the real server. */
export type Replay = 'recorded' | 'missed' | 'live'

/** W3C trace context: 32 and 16 lower-case hex digits. */
export interface Trace {
  readonly traceId: string
  readonly spanId: string
}

export interface CallContext {
  readonly identity: Identity
  readonly session: string
  readonly trace: Trace
  readonly signal: AbortSignal
  readonly onProgress?: (progress: JsonObject) => void
}

/** Everything callable. Policy, recording and exposure are wrappers that take one and return one. */
export interface ToolSource {
  listTools(context: CallContext): Promise<readonly Tool[]>
  /** Rejects with an `InfrastructureError` when the server cannot be reached; a wrong call is a result with `isError`. */
  callTool(call: ToolCall, context: CallContext): Promise<ToolResult>
  onListChanged(listener: () => void): void
}

const wireNameLimit = 64

/**
 * The name a model sees: `server__tool`, other characters than `[A-Za-z0-9_-]` replaced, cut at 64 with a hash
 * (the limit of both OpenAI and Anthropic).
 */
export function wireName(name: string): string {
  const plain = name.replace('/', '__').replace(/[^A-Za-z0-9_-]/g, '_')
  if (plain.length <= wireNameLimit && plain === name.replace('/', '__')) return plain
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `${plain.slice(0, wireNameLimit - 9)}_${hash}`
}

export function serverOf(name: string): string | null {
  const slash = name.indexOf('/')
  return slash < 0 ? null : name.slice(0, slash)
}

/** The text blocks of a result, joined by newlines. */
export function textOf(result: ToolResult): string {
  return result.content.flatMap((block) => (typeof block.text === 'string' ? [block.text] : [])).join('\n')
}

export function toolError(message: string): ToolResult {
  return { content: [{ type: 'text', text: message }], isError: true }
}
