import { constants, rmSync } from 'node:fs'
import { cp, mkdir, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { ServerDefinition, ToolsetDefinition } from '../domain/suite.ts'
import { InfrastructureError, UsageError } from '../errors.ts'

const variable = /\$\{CALLTRAIL_WORKSPACE(?::-([^}]*))?\}/g

/** Whether the server works on the workspace: its definition names it. */
export function usesWorkspace(server: ServerDefinition): boolean {
  return server.transport === 'stdio' && JSON.stringify(server).search(variable) >= 0
}

/** The server's definition with the workspace at `folder`; null: there is none. */
export function inWorkspace(server: ServerDefinition, folder: string | null): ServerDefinition {
  if (server.transport !== 'stdio') return server
  const expand = (text: string) =>
    text.replace(variable, (_, fallback?: string) => folder ?? fallback ?? missing(server))
  return {
    ...server,
    command: expand(server.command),
    args: server.args.map(expand),
    env: Object.fromEntries(Object.entries(server.env).map(([name, value]) => [name, expand(value)])),
    cwd: expand(server.cwd),
  }
}

/**
 * The folder of which trials get copies: the toolset's workspace, else the one that its servers name as the default, so that
 * no trial works on the files of a person. Null where there is neither.
 */
export function workspaceOf(toolset: ToolsetDefinition, servers: readonly ServerDefinition[]): string | null {
  if (toolset.workspace !== null) return toolset.workspace
  const defaults = new Set(servers.flatMap(defaultWorkspaces))
  if (defaults.size > 1) {
    const message = `the servers of ${toolset.name} have different workspaces: ${[...defaults].join(', ')}`
    throw new UsageError([
      { location: toolset.location, message, hint: 'add `workspace: FOLDER` to the toolset' },
    ])
  }
  return [...defaults][0] ?? null
}

function defaultWorkspaces(server: ServerDefinition): readonly string[] {
  if (server.transport !== 'stdio') return []
  const defaultsIn = (text: string) => [...text.matchAll(variable)].flatMap(([, fallback]) => fallback ?? [])
  const cwd = server.cwd.replace(variable, (_, fallback = '') => fallback)
  const texts = [server.command, ...server.args, ...Object.values(server.env)]
  const isCwd = defaultsIn(server.cwd).length > 0
  return [
    ...(isCwd ? [resolve(cwd)] : []),
    ...texts.flatMap(defaultsIn).map((folder) => resolve(cwd, folder)),
  ]
}

function missing(server: ServerDefinition): never {
  const message = `server ${server.name} works on \${CALLTRAIL_WORKSPACE}, but its toolset has no workspace`
  throw new UsageError([
    { location: server.location, message, hint: 'add `workspace: FOLDER` to the toolset' },
  ])
}

/**
 * A copy of a toolset's workspace in a temporary folder; null when it has none. All copies have paths of the same
 * length, so that what a tool answers has the same size in each, and links resolved, as servers report them.
 */
export async function copyWorkspace(
  workspace: string | null,
  { location }: ToolsetDefinition,
): Promise<string | null> {
  if (workspace === null) return null
  const isFolder = await stat(workspace).then(
    (found) => found.isDirectory(),
    () => false,
  )
  if (!isFolder) throw new UsageError([{ location, message: `the workspace ${workspace} is not a folder` }])
  const copy = await mkdtemp(join(await realpath(tmpdir()), 'calltrail-'))
  copies.add(copy)
  try {
    await cp(workspace, copy, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE })
    return copy
  } catch (cause) {
    await removeWorkspace(copy)
    throw new InfrastructureError('workspace_not_copied', `cannot copy ${workspace}`, { cause })
  }
}

/** Paths are within the copy: the suite's reader has refused others. */
export async function layFixtures(folder: string, fixtures: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(fixtures)) {
    const file = join(folder, path)
    try {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    } catch (cause) {
      throw new InfrastructureError('fixture_not_written', `cannot write the fixture ${path}`, { cause })
    }
  }
}

export async function removeWorkspace(copy: string | null): Promise<void> {
  if (copy === null) return
  await rm(copy, { recursive: true, force: true, maxRetries: 3 })
  copies.delete(copy)
}

/** Those of this process; who ends it at once leaves none behind. */
const copies = new Set<string>()

process.once('exit', () => {
  for (const copy of copies) rmSync(copy, { recursive: true, force: true })
})
