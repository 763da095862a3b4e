import { randomUUID } from 'node:crypto'
import type { Exposure } from '../../domain/exposure.ts'
import { isJsonObject } from '../../domain/json.ts'
import { type Tool, type ToolCall, type ToolResult, toolError } from '../../domain/tool.ts'
import { rankTools } from '../retrieval/rank-tools.ts'
import { unknownTool } from '../unknown-tool.ts'
import { perList } from './per-list.ts'

const foundUnlessSaid = 5
const foundAtMost = 20

const findTool: Tool = {
  name: 'find_tool',
  description:
    'Finds tools by what they do. Answers with the definitions of the best matches; call one of them with call_tool.',
  inputSchema: {
    type: 'object',
    properties: {
      query: { type: 'string', description: 'What the tool should do, in a few words.' },
      limit: { type: 'integer', minimum: 1, maximum: foundAtMost, description: 'How many; 5 unless said.' },
    },
    required: ['query'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
  discovery: 'find',
}

const callTool: Tool = {
  name: 'call_tool',
  description: 'Calls a tool that find_tool has found.',
  inputSchema: {
    type: 'object',
    properties: {
      name: { type: 'string', description: 'The name, as find_tool gave it.' },
      arguments: { type: 'object', description: "What the tool's inputSchema asks for." },
    },
    required: ['name', 'arguments'],
    additionalProperties: false,
  },
  discovery: 'call',
}

const shown: readonly Tool[] = [findTool, callTool]
const rankingOf = perList((tools) => rankTools(tools))

/** Two tools in place of all: one finds, one calls. A tool that was not found first may be called too. */
export function search(): Exposure {
  return {
    name: 'search',
    expose: (upstream) => ({
      listTools: async () => shown,
      async callTool(call, context) {
        const tools = await upstream.listTools(context)
        if (call.name === findTool.name) return find(call, tools)
        if (call.name !== callTool.name) return unknownTool(call.name, shown)
        const inner = innerCall(call, tools)
        return 'content' in inner ? inner : upstream.callTool(inner, context)
      },
      onListChanged: (listener) => upstream.onListChanged(listener),
    }),
  }
}

function find(
  { arguments: { query, limit = foundUnlessSaid } }: ToolCall,
  tools: readonly Tool[],
): ToolResult {
  if (typeof query !== 'string') return toolError('find_tool needs `query`, a string.')
  const isCount = typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= foundAtMost
  if (!isCount) return toolError(`find_tool takes a \`limit\` from 1 to ${foundAtMost}.`)
  const found = rankingOf(tools)(query, limit).map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }))
  const text = found.length > 0 ? JSON.stringify(found) : 'No tool matches. Try other words.'
  return { content: [{ type: 'text', text }], structuredContent: { tools: found }, isError: false }
}

/** The call that `call_tool` was asked to make, or what is wrong with it. */
function innerCall(call: ToolCall, tools: readonly Tool[]): ToolCall | ToolResult {
  const { name, arguments: given = {} } = call.arguments
  if (typeof name !== 'string') return toolError('call_tool needs `name`, a string.')
  if (!isJsonObject(given)) return toolError('call_tool needs `arguments`, an object.')
  if (!tools.some((tool) => tool.name === name)) return unknownTool(name, tools)
  return { id: randomUUID(), name, arguments: given, parentId: call.id }
}
