import type { Evidence } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import { isJsonObject } from '../domain/json.ts'
import {
  type CallContext,
  serverOf,
  type Tool,
  type ToolCall,
  type ToolResult,
  type ToolSource,
  textOf,
} from '../domain/tool.ts'
import type { ToolAnswer } from './observation.ts'
import { okOutcome, thrownOutcome, toolErrorOutcome } from './outcome.ts'
import type { SessionRecorder } from './session-recorder.ts'

/** Calls of the tools of servers: what the recorder around a toolset records. */
export const ofServers = (call: ToolCall) => serverOf(call.name) !== null
/** Calls of the tools that an exposure adds, and of names that are nobody's: what the recorder around an exposure records. */
export const ofExposure = (call: ToolCall) => serverOf(call.name) === null

export interface RecordedToolsOptions {
  readonly only?: (call: ToolCall) => boolean
  /** What may join the call to others; the runner's own trace, unless said. */
  readonly evidence?: (call: ToolCall, context: CallContext) => Evidence
}

/** The runner makes call ids and traces itself. */
function ofRunner({ id }: ToolCall, { trace: { traceId, spanId } }: CallContext): Evidence {
  return { callId: id, traceparent: { value: `00-${traceId}-${spanId}-01`, from: 'runner' } }
}

/**
 * Records each call that `only` lets pass (all, unless said): its request before it is made, its result before it is
 * returned. What the call throws passes after it was recorded. The context that goes on has the call's span as parent.
 */
export function recordedTools(
  upstream: ToolSource,
  recorder: SessionRecorder,
  { only = () => true, evidence = ofRunner }: RecordedToolsOptions = {},
): ToolSource {
  const tools = new Map<string, Tool>()
  let listed: readonly Tool[] = []

  function learn(list: readonly Tool[]): void {
    if (list === listed) return
    listed = list
    tools.clear()
    for (const tool of list) tools.set(tool.name, tool)
  }

  return {
    async listTools(context) {
      const list = await upstream.listTools(context)
      learn(list)
      return list
    },
    async callTool(call, context) {
      if (!only(call)) return upstream.callTool(call, context)
      const tool = tools.get(call.name)
      const span = beginCall(recorder, call, tool, {
        identity: context.identity,
        evidence: evidence(call, context),
      })
      const end = (answer: ToolAnswer) => recorder.toolResult(span, answer)
      try {
        const inner = { ...context, trace: { ...context.trace, spanId: span } }
        const result = await upstream.callTool(call, inner)
        end(resultRecord(result, tool, recorder))
        return result
      } catch (error) {
        end({ outcome: thrownOutcome(error, context.signal, recorder.journal.redactor), result: null })
        throw error
      }
    },
    onListChanged: (listener) => upstream.onListChanged(listener),
  }
}

function beginCall(
  recorder: SessionRecorder,
  call: ToolCall,
  tool: Tool | undefined,
  { identity, evidence }: { readonly identity: Identity; readonly evidence: Evidence },
): string {
  return recorder.toolRequest({
    tool: call.name,
    server: serverOf(call.name),
    arguments: call.arguments,
    readOnly: tool?.annotations?.readOnlyHint ?? null,
    callId: call.id,
    parentCallId: call.parentId ?? null,
    identity,
    evidence,
  })
}

function resultRecord(
  result: ToolResult,
  tool: Tool | undefined,
  { journal: { redactor } }: SessionRecorder,
): ToolAnswer {
  const text = textOf(result)
  return {
    outcome: result.isError ? toolErrorOutcome(text, redactor) : okOutcome,
    result: { json: JSON.stringify(result) },
    said: { text, structured: result.structuredContent },
    ...(tool?.discovery === 'find' && !result.isError && { found: foundTools(result) }),
  }
}

function foundTools({ structuredContent }: ToolResult): readonly string[] {
  const found = structuredContent?.tools
  if (!Array.isArray(found)) return []
  return found.flatMap((tool) => (isJsonObject(tool) && typeof tool.name === 'string' ? [tool.name] : []))
}
