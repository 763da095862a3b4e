import { randomUUID } from 'node:crypto'
import { isJsonObject } from '../../domain/json.ts'
import { type Tool, type ToolCall, type ToolResult, toolError } from '../../domain/tool.ts'
import { unknownTool } from '../unknown-tool.ts'

/** Calls any tool by its name: part of each exposure that does not show the tools themselves. */
export const callTool: Tool = {
  name: 'call_tool',
  description: 'Calls a tool by its name.',
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'The name, as it was given.' },
      arguments: { type: 'object', description: "What the tool's inputSchema asks for." },
    },
    required: ['name', 'arguments'],
    additionalProperties: false,
  },
  discovery: 'call',
}

/** The call that `call_tool` was asked to make, or what is wrong with it. */
export function innerCall(call: ToolCall, tools: readonly Tool[]): ToolCall | ToolResult {
  const { name, arguments: given = {} } = call.arguments
  if (typeof name !== 'string') return toolError('call_tool needs `name`, a string.')
  if (!isJsonObject(given)) return toolError('call_tool needs `arguments`, an object.')
  if (!tools.some((tool) => tool.name === name)) return unknownTool(name, tools)
  return { id: randomUUID(), name, arguments: given, parentId: call.id }
}
