import type { ContentBlock, ToolSearchToolBm25_20251119 } from '@anthropic-ai/sdk/resources/messages'
import { isJsonObject, type JsonObject, readJson } from '../domain/json.ts'
import type { ModelOutput, ModelRequest, ToolSearch, Usage } from '../domain/model.ts'
import { namesByWireName } from './decision.ts'

/** Loads deferred tools by words; the other variant is told regular expressions. */
export const toolSearch: ToolSearchToolBm25_20251119 = {
  type: 'tool_search_tool_bm25_20251119',
  name: 'tool_search_tool_bm25',
}

/** The model's searches and what they loaded; one that failed loaded nothing. */
export function readSearches(
  content: readonly ContentBlock[],
  argumentTexts: ReadonlyMap<number, string>,
  { messages, tools }: ModelRequest,
): readonly ToolSearch[] {
  const names = namesByWireName(tools)
  const queries = new Map<string, string>()
  // A search beside a call of ours is made, and answered, with the next request.
  for (const message of messages)
    for (const block of message.role === 'assistant' && Array.isArray(message.raw) ? message.raw : [])
      if (isJsonObject(block) && block.type === 'server_tool_use')
        queries.set(String(block.id), queryOf(block.input))
  return content.flatMap((block, index) => {
    if (block.type === 'server_tool_use') {
      const written = argumentTexts.get(index)
      queries.set(block.id, queryOf(written === undefined ? block.input : readJson(written)))
    }
    if (block.type !== 'tool_search_tool_result') return []
    const found = block.content.type === 'tool_search_tool_search_result' ? block.content.tool_references : []
    const loaded = found.map(({ tool_name: name }) => names.get(name) ?? name)
    return [{ query: queries.get(block.tool_use_id) ?? '', tools: loaded }]
  })
}

function queryOf(input: unknown): string {
  const given: JsonObject = isJsonObject(input) ? input : {}
  return typeof given.query === 'string' ? given.query : ''
}

/** An answer that the provider gave in parts, each a continuation of those before. */
export function joinOutputs(first: ModelOutput, next: ModelOutput): ModelOutput {
  return {
    ...next,
    text: first.text + next.text,
    decisions: [...first.decisions, ...next.decisions],
    searches: [...(first.searches ?? []), ...(next.searches ?? [])],
    usage: sum(first.usage, next.usage),
    timeToFirstChunkMs: first.timeToFirstChunkMs,
    raw: [...blocks(first), ...blocks(next)],
  }
}

const blocks = ({ raw }: ModelOutput) => (Array.isArray(raw) ? raw : [])

function sum(a: Usage, b: Usage): Usage {
  const both = (one: number | null, other: number | null) =>
    one === null || other === null ? null : one + other
  return {
    inputTokens: both(a.inputTokens, b.inputTokens),
    outputTokens: both(a.outputTokens, b.outputTokens),
    cacheReadTokens: both(a.cacheReadTokens, b.cacheReadTokens),
    cacheCreationTokens: both(a.cacheCreationTokens, b.cacheCreationTokens),
    reasoningTokens: both(a.reasoningTokens, b.reasoningTokens),
  }
}
