import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { z } from 'zod'
import type { ToolsetDefinition } from '../domain/suite.ts'
import type { Problem } from '../errors.ts'
import type { Cassette } from './cassette-file.ts'
import { checkComposite } from './check-composite.ts'
import { compositeSchema } from './composite-schema.ts'
import type { DocumentPath, LocatedDocument } from './located-document.ts'
import { toolName } from './tool-name.ts'
import { formatPath, suggest } from './validate.ts'

export const toolsetSchema = z.strictObject({
  servers: z.array(z.string().min(1)).min(1),
  workspace: z.string().min(1).optional(),
  curated: z.array(toolName).optional(),
  composite: compositeSchema.optional(),
})

type WrittenToolset = z.output<typeof toolsetSchema>

export interface CassetteToolset {
  readonly cassette: string
  readonly miss: 'fail' | 'live'
  readonly curated: readonly string[] | undefined
  readonly composite: WrittenToolset['composite']
}

const without = (...names: readonly string[]) => ({ anyOf: names.map((name) => ({ required: [name] })) })
const serversAlone = { required: ['servers'], not: without('cassette', 'miss') }
const cassetteAlone = { required: ['cassette'], not: without('servers', 'workspace') }

/** In a suite, a cassette may stand for the servers. */
export const suiteToolsetSchema = toolsetSchema
  .partial({ servers: true })
  .extend({ cassette: z.string().min(1).optional(), miss: z.enum(['fail', 'live']).optional() })
  .meta({ oneOf: [serversAlone, cassetteAlone] })
  .transform((written, context): WrittenToolset | CassetteToolset => {
    const { servers, workspace, cassette, miss, curated, composite } = written
    if (servers && !cassette && !miss) return { servers, workspace, curated, composite }
    if (cassette && !servers && !workspace) return { cassette, miss: miss ?? 'fail', curated, composite }
    context.addIssue(
      'expected servers, and a workspace if they want one, or a cassette, and what happens on a miss',
    )
    return z.NEVER
  })

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
    cassette: null,
    workspace: written.workspace === undefined ? null : resolve(document.folder, written.workspace),
    curated: written.curated ?? null,
    ...(written.composite && { composite: written.composite }),
    location: document.locate(path),
    locate: (below) => document.locate([...path, ...below]),
  }
}

/** The toolset that a cassette stands for, as a suite writes it. Its servers are started where what it misses goes to them. */
export function cassetteToolset(
  { miss, curated, composite }: CassetteToolset,
  source: Cassette['source'],
  document: LocatedDocument,
): ToolsetDefinition {
  const servers = [...new Set(source.snapshots.map(({ server }) => server))]
  return {
    name: basename(source.file),
    servers: miss === 'live' ? servers : [],
    cassette: { ...source, miss },
    workspace: null,
    curated: curated ?? null,
    ...(composite && { composite }),
    location: document.locate(['toolset']),
    locate: (below) => document.locate(['toolset', ...below]),
  }
}

/**
 * Servers that no mcpServers file defines, curated tools of other servers, a workspace that is not there. `noServers` is what
 * to do where no server is known at all.
 */
export async function checkToolset(
  toolset: ToolsetDefinition,
  serverNames: readonly string[],
  path: DocumentPath,
  noServers?: string,
): Promise<Problem[]> {
  const locate = (below: (string | number)[]) => toolset.locate?.(below) ?? toolset.location
  const at = (below: (string | number)[]) => formatPath([...path, ...below])
  const servers = toolset.servers.flatMap((server, index) => {
    const place = ['servers', index]
    if (!serverNames.includes(server)) {
      const message = `${at(place)}: no server "${server}" in mcpServers`
      return [{ location: locate(place), message, hint: noServers ?? suggest(server, serverNames) }]
    }
    if (toolset.servers.indexOf(server) === index) return []
    return [{ location: locate(place), message: `${at(place)}: "${server}" is there twice` }]
  })
  const known = toolset.cassette?.snapshots.map(({ server }) => server) ?? toolset.servers
  const curated = (toolset.curated ?? []).flatMap((tool, index) => {
    const server = tool.slice(0, tool.indexOf('/'))
    if (known.includes(server)) return []
    const message = `${at(['curated', index])}: "${server}" is not a server of this toolset`
    return [{ location: locate(['curated', index]), message, hint: suggest(server, known) }]
  })
  return [
    ...servers,
    ...curated,
    ...checkComposite(toolset, known).map(({ path: below, ...problem }) => ({
      ...problem,
      location: locate(below),
      message: `${at(below)}: ${problem.message}`,
    })),
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
