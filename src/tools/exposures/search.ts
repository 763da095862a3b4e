import type { Embedder, Embedders } from '../../domain/embedder.ts'
import type { Exposure } from '../../domain/exposure.ts'
import { type Tool, type ToolCall, type ToolResult, toolError } from '../../domain/tool.ts'
import { hybridRanking } from '../retrieval/hybrid.ts'
import { rankTools } from '../retrieval/rank-tools.ts'
import { notShown } from '../unknown-tool.ts'
import { callTool as callByName, innerCall } from './call-tool.ts'
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

const callTool: Tool = { ...callByName, description: 'Calls a tool that find_tool has found.' }

const shown: readonly Tool[] = [findTool, callTool]
const lexicalOf = perList((tools) => rankTools(tools))
const hybrids = new WeakMap<Embedder, ReturnType<typeof hybridPerList>>()
const hybridPerList = (embedder: Embedder) => perList((tools) => hybridRanking(tools, embedder))

type Ranking = (query: string, limit: number, signal: AbortSignal) => Promise<readonly Tool[]>

function rankingOf(list: readonly Tool[], embedders: Embedders | null): Ranking {
  if (!embedders) return async (query, limit) => lexicalOf(list)(query, limit)
  const { tools, queries } = embedders
  const of = hybrids.get(tools) ?? hybridPerList(tools)
  hybrids.set(tools, of)
  return (query, limit, signal) => of(list)(query, limit, { queries, signal })
}

/**
 * Two tools in place of all: one finds, one calls. A tool that was not found first may be called too. Finds by words, and
 * with embedders by meaning as well.
 */
export function search(embedders: Embedders | null = null): Exposure {
  return {
    name: 'search',
    expose: (upstream) => ({
      listTools: async () => shown,
      async callTool(call, context) {
        const tools = await upstream.listTools(context)
        if (call.name === findTool.name) return find(call, rankingOf(tools, embedders), context.signal)
        if (call.name !== callTool.name)
          return notShown(call.name, { shown, hidden: tools, caller: callTool.name })
        const inner = innerCall(call, tools)
        return 'content' in inner ? inner : upstream.callTool(inner, context)
      },
      onListChanged: (listener) => upstream.onListChanged(listener),
    }),
  }
}

async function find(
  { arguments: { query, limit = foundUnlessSaid } }: ToolCall,
  rank: Ranking,
  signal: AbortSignal,
): Promise<ToolResult> {
  if (typeof query !== 'string') return toolError('find_tool needs `query`, a string.')
  const isCount = typeof limit === 'number' && Number.isInteger(limit) && limit >= 1 && limit <= foundAtMost
  if (!isCount) return toolError(`find_tool takes a \`limit\` from 1 to ${foundAtMost}.`)
  const best = await rank(query, limit, signal)
  const found = best.map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }))
  const text = found.length > 0 ? JSON.stringify(found) : 'No tool matches. Try other words.'
  return { content: [{ type: 'text', text }], structuredContent: { tools: found }, isError: false }
}
