import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { ToolsetDefinition } from '../domain/suite.ts'
import type { Problem } from '../errors.ts'
import { toolName } from './expectation-schema.ts'
import type { DocumentPath, LocatedDocument } from './located-document.ts'
import { formatPath, suggest } from './validate.ts'

export const toolsetSchema = z.strictObject({
  servers: z.array(z.string().min(1)).min(1),
  workspace: z.string().min(1).optional(),
  curated: z.array(toolName).optional(),
})

type WrittenToolset = z.output<typeof toolsetSchema>

/** A toolset as written at `path`; `name` is null for one that a suite writes itself. */
export function defineToolset(
  written: WrittenToolset,
  name: string | null,
  document: LocatedDocument,
  path: DocumentPath,
): ToolsetDefinition {
  return {
    name: name ?? written.servers.join('+'),
    servers: written.servers,
    workspace: written.workspace === undefined ? null : resolve(document.folder, written.workspace),
    curated: written.curated ?? null,
    location: document.locate(path),
    locate: (below) => document.locate([...path, ...below]),
  }
}

/** Servers that no mcpServers file defines, curated tools of other servers, a workspace that is not there. */
export async function checkToolset(
  toolset: ToolsetDefinition,
  serverNames: readonly string[],
  path: DocumentPath,
): Promise<Problem[]> {
  const locate = (below: (string | number)[]) => toolset.locate?.(below) ?? toolset.location
  const at = (below: (string | number)[]) => formatPath([...path, ...below])
  const servers = toolset.servers.flatMap((server, index) => {
    const place = ['servers', index]
    if (!serverNames.includes(server)) {
      const message = `${at(place)}: no server "${server}" in mcpServers`
      return [{ location: locate(place), message, hint: suggest(server, serverNames) }]
    }
    if (toolset.servers.indexOf(server) === index) return []
    return [{ location: locate(place), message: `${at(place)}: "${server}" is there twice` }]
  })
  const curated = (toolset.curated ?? []).flatMap((tool, index) => {
    const server = tool.slice(0, tool.indexOf('/'))
    if (toolset.servers.includes(server)) return []
    const message = `${at(['curated', index])}: "${server}" is not a server of this toolset`
    return [{ location: locate(['curated', index]), message, hint: suggest(server, toolset.servers) }]
  })
  return [
    ...servers,
    ...curated,
    ...(await checkWorkspace(toolset, locate(['workspace']), at(['workspace']))),
  ]
}

async function checkWorkspace({ workspace }: ToolsetDefinition, location: Problem['location'], at: string) {
  if (workspace === null) return []
  const stats = await stat(workspace).catch(() => null)
  if (stats?.isDirectory()) return []
  const message = `${at}: no such folder: ${workspace}`
  return [{ message, ...(location && { location }) }]
}
