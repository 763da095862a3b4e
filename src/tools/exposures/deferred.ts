import type { Exposure } from '../../domain/exposure.ts'
import type { JsonObject } from '../../domain/json.ts'
import { type Tool, type ToolResult, toolError } from '../../domain/tool.ts'
import { notShown, suggestion } from '../unknown-tool.ts'
import { callTool, innerCall } from './call-tool.ts'
import { perList } from './per-list.ts'
import { firstSentence } from './slim.ts'

/** The longest line of the list, in characters after the name. */
const longestLine = 120

/** Two tools in place of all: one lists every tool by name and a line, and gives schemas on demand; one calls. */
export function deferred(): Exposure {
  return {
    name: 'deferred',
    expose: (upstream) => ({
      listTools: async (context) => shownFor(await upstream.listTools(context)),
      async callTool(call, context) {
        const tools = await upstream.listTools(context)
        if (call.name === describeName) return describeTools(call.arguments, tools)
        if (call.name !== callTool.name)
          return notShown(call.name, { shown: shownFor(tools), hidden: tools, caller: callTool.name })
        const inner = innerCall(call, tools)
        return 'content' in inner ? inner : upstream.callTool(inner, context)
      },
      onListChanged: (listener) => upstream.onListChanged(listener),
    }),
  }
}

const describeName = 'describe_tools'

const shownFor = perList((tools): readonly Tool[] => [
  {
    name: describeName,
    description: [
      'Gives the definitions of tools, with the arguments that they take. Read the definition before you call a tool with call_tool. There are:',
      ...tools.map(lineOf),
    ].join('\n'),
    inputSchema: {
      type: 'object',
      properties: {
        names: {
          type: 'array',
          items: { type: 'string' },
          minItems: 1,
          description: 'Names from the list above.',
        },
      },
      required: ['names'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: true, openWorldHint: false },
    discovery: 'describe',
  },
  callTool,
])

function lineOf({ name, description }: Tool): string {
  const line = firstSentence(description)
  const short = line.length > longestLine ? `${line.slice(0, longestLine - 1).trimEnd()}…` : line
  return short === '' ? `- ${name}` : `- ${name}: ${short}`
}

function describeTools({ names }: JsonObject, tools: readonly Tool[]): ToolResult {
  if (!Array.isArray(names) || names.length === 0)
    return toolError(`${describeName} needs \`names\`, a list of at least one name.`)
  const wanted = new Set(names.map(String))
  const unknown = [...wanted].filter((name) => !tools.some((tool) => tool.name === name))
  const found = tools
    .filter(({ name }) => wanted.has(name))
    .map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
  const missing = unknown.map((name) => `There is no tool ${name}.${suggestion(name, tools)}`)
  if (found.length === 0) return toolError(missing.join('\n'))
  const text = [JSON.stringify(found), ...missing].join('\n')
  return { content: [{ type: 'text', text }], structuredContent: { tools: found }, isError: false }
}
