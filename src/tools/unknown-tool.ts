import { nearest } from '../domain/nearest.ts'
import { type Tool, type ToolResult, toolError, wireName } from '../domain/tool.ts'

/** What a model that asked for a tool which is not there reads: the names it may have meant. */
export function unknownTool(name: string, tools: readonly Tool[]): ToolResult {
  return toolError(`There is no tool ${name}.${suggestion(name, tools)}`)
}

interface Hiding {
  readonly shown: readonly Tool[]
  readonly hidden: readonly Tool[]
  /** The shown tool that calls the hidden ones; null where nothing does. */
  readonly caller: string | null
}

/** The same where an exposure hides tools: a hidden one is there, and is not what the model should ask for again. */
export function notShown(name: string, { shown, hidden, caller }: Hiding): ToolResult {
  const meant = hidden.find((tool) => tool.name === name || wireName(tool.name) === name)
  if (!meant) return unknownTool(name, caller === null ? shown : [...shown, ...hidden])
  const way = caller === null ? suggestion(name, shown) : ` Call it through ${caller}.`
  return toolError(`This exposure does not show ${meant.name}.${way}`)
}

/** ` Did you mean …?`, or nothing. A name without its server is as good a guess as the whole one. */
export function suggestion(name: string, tools: readonly Tool[]): string {
  const wanted = bareName(name)
  const names = new Map(tools.map((tool) => [tool.name, bareName(tool.name)]))
  const bare = new Set(nearest(wanted, names.values()))
  const near = [
    ...nearest(name, names.keys()),
    ...[...names.keys()].filter((full) => bare.has(names.get(full) ?? '')),
  ]
  const list = [...new Set(near)].slice(0, 3)
  return list.length > 0 ? ` Did you mean ${list.join(', ')}?` : ''
}

function bareName(name: string): string {
  return name.replace(/^.*(?:\/|__)/, '')
}
