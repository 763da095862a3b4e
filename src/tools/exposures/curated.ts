import type { Exposure } from '../../domain/exposure.ts'
import type { ToolsetDefinition } from '../../domain/suite.ts'
import { type CallContext, serverOf, type Tool } from '../../domain/tool.ts'
import { UsageError } from '../../errors.ts'
import { notShown, suggestion } from '../unknown-tool.ts'
import { perList } from './per-list.ts'

/**
 * Only the tools that somebody chose for this toolset; the others are not there. `listTools` rejects with a
 * `UsageError` when a chosen name is no tool's.
 */
export function curated(toolset: ToolsetDefinition): Exposure {
  const choose = choices(toolset)
  return {
    name: 'curated',
    expose: (upstream) => {
      const shown = async (context: CallContext) => choose(await upstream.listTools(context))
      return {
        listTools: shown,
        async callTool(call, context) {
          const tools = await shown(context)
          if (tools.some(({ name }) => name === call.name)) return upstream.callTool(call, context)
          const hidden = await upstream.listTools(context)
          return notShown(call.name, { shown: tools, hidden, caller: null })
        },
        onListChanged: (listener) => upstream.onListChanged(listener),
      }
    },
  }
}

// By definition, so that all sessions of a toolset show one array.
const chosen = new WeakMap<ToolsetDefinition, (tools: readonly Tool[]) => readonly Tool[]>()

function choices(toolset: ToolsetDefinition): (tools: readonly Tool[]) => readonly Tool[] {
  const names = [...new Set(toolset.curated ?? notCurated(toolset))]
  const choose = chosen.get(toolset) ?? perList((tools) => pick(names, tools, toolset))
  chosen.set(toolset, choose)
  return choose
}

function pick(
  names: readonly string[],
  tools: readonly Tool[],
  { location }: ToolsetDefinition,
): readonly Tool[] {
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  // A server that is down, or was not recorded, has no tools.
  const servers = new Set(tools.map(({ name }) => serverOf(name)))
  const unknown = names.filter((name) => !byName.has(name) && servers.has(serverOf(name)))
  if (unknown.length === 0) return names.flatMap((name) => byName.get(name) ?? [])
  const message = (name: string) =>
    `the curated list names ${name}, which no server has.${suggestion(name, tools)}`
  throw new UsageError(unknown.map((name) => ({ location, message: message(name) })))
}

function notCurated({ name, location }: ToolsetDefinition): never {
  const hint = 'add `curated: [server/tool, …]` to the toolset, or leave out the exposure curated'
  throw new UsageError([{ location, message: `nobody curated the toolset ${name}`, hint }])
}
