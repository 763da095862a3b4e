import { serverOf, type Tool } from '../domain/tool.ts'
import type { ToolDefinitions } from './observation.ts'

/** The tools of a toolset as each of its servers defines them. */
export function definitionsOf(
  tools: readonly Tool[],
  serverVersions: ReadonlyMap<string, string | null>,
): readonly ToolDefinitions[] {
  return Array.from(serverVersions, ([server, serverVersion]) => ({
    server,
    serverVersion,
    tools: tools
      .filter(({ name }) => serverOf(name) === server)
      .map(({ name, ...definition }) => ({ name: name.slice(server.length + 1), ...definition })),
  }))
}
