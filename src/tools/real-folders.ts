import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ServerDefinition } from '../domain/suite.ts'
import { serverOf, type Tool } from '../domain/tool.ts'

/** A folder that a server was given, as written: trials work on it, and on no copy. */
interface RealFolder {
  readonly server: ServerDefinition
  readonly written: string
}

/** Of the servers that have a tool which does not say it only reads. */
export async function realFolders(
  servers: readonly ServerDefinition[],
  tools: readonly Tool[],
): Promise<readonly RealFolder[]> {
  const writing = new Set(
    tools.flatMap(({ name, annotations }) => (annotations?.readOnlyHint === true ? [] : serverOf(name))),
  )
  const given = servers.filter(({ name }) => writing.has(name)).flatMap(pathsOf)
  const found = await Promise.all(given.map(async (each) => ((await isFolder(each)) ? [each] : [])))
  return found.flat()
}

/** Where a server puts what nobody asked for is no folder that it was given to work on. */
const surroundings = new Set(['HOME', 'TMPDIR', 'TEMP', 'TMP'])

function pathsOf(server: ServerDefinition): readonly RealFolder[] {
  if (server.transport !== 'stdio') return []
  const named = Object.entries(server.env).flatMap(([name, value]) => (surroundings.has(name) ? [] : value))
  const texts = [...server.args.map((arg) => arg.replace(/^--?[\w-]+=/, '')), ...named]
  return [...new Set(texts)].flatMap((written) => (written === '' ? [] : { server, written }))
}

async function isFolder({ server, written }: RealFolder): Promise<boolean> {
  if (server.transport !== 'stdio') return false
  const found = await stat(resolve(server.cwd, written)).catch(() => null)
  return found?.isDirectory() ?? false
}
