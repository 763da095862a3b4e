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

/**
 * Records each call that `only` lets pass (all, unless said): its request before it is made, its result before it is
 * returned. What the call throws passes after it was recorded. The context that goes on has the call's span as parent.
 */
export function recordedTools(
  upstream: ToolSource,
  recorder: SessionRecorder,
  { only = () => true }: { readonly only?: (call: ToolCall) => boolean } = {},
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
      const span = beginCall(recorder, call, tool, context)
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
  { identity, trace }: CallContext,
): string {
  return recorder.toolRequest({
    tool: call.name,
    server: serverOf(call.name),
    arguments: call.arguments,
    readOnly: tool?.annotations?.readOnlyHint ?? null,
    parentCallId: call.parentId ?? null,
    identity,
    evidence: {
      callId: call.id,
      traceparent: { value: `00-${trace.traceId}-${trace.spanId}-01`, from: 'runner' },
    },
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
    text,
    ...(tool?.discovery === 'find' && !result.isError && { found: foundTools(result) }),
  }
}

function foundTools({ structuredContent }: ToolResult): readonly string[] {
  const found = structuredContent?.tools
  if (!Array.isArray(found)) return []
  return found.flatMap((tool) => (isJsonObject(tool) && typeof tool.name === 'string' ? [tool.name] : []))
}
