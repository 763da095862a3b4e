import { resolve } from 'node:path'
import { z } from 'zod'
import { nearest } from '../domain/nearest.ts'
import type { ServerDefinition } from '../domain/suite.ts'
import { type Problem, UsageError } from '../errors.ts'
import { createExpander, type Variables } from './expand-variables.ts'
import { type DocumentPath, type LocatedDocument, readSource } from './located-document.ts'
import { parseJson } from './parse-json.ts'
import { formatPath, suggest, validate } from './validate.ts'

/** The servers of an mcpServers file, not yet looked at: one that a command does not use cannot stop it. */
export interface ServerEntries {
  readonly document: LocatedDocument | null
  /** Where in the document the servers are. */
  readonly path: DocumentPath
}

export const noServers: ServerEntries = { document: null, path: [] }

const anyServers = z.record(z.string(), z.unknown())

// Other keys belong to the clients that share the file, at the top and in each server.
const fileSchema = z.looseObject({
  mcpServers: anyServers.optional(),
  servers: anyServers.optional(),
})

const strings = z.record(z.string(), z.string()).default({})
const stdio = z.looseObject({
  type: z.literal('stdio').optional(),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  env: strings,
  cwd: z.string().default('.'),
})
const http = z.looseObject({
  type: z.enum(['http', 'streamable-http', 'streamableHttp']).optional(),
  url: z.string().min(1),
  headers: strings,
})

/** Reads the mcpServers file of Claude, Cursor or another client, or VS Code's, where the key is `servers`. */
export async function readServersFile(path: string, cwd: string): Promise<ServerEntries> {
  const document = parseJson(await readSource(path, cwd))
  const { mcpServers, servers } = validate(fileSchema, document)
  if (mcpServers) return serverEntries(document, ['mcpServers'])
  if (servers) return serverEntries(document, ['servers'])
  const message = 'no "mcpServers" here, nor "servers" as VS Code writes it'
  throw new UsageError([{ location: document.locate([]), message }])
}

export function serverEntries(document: LocatedDocument, path: DocumentPath): ServerEntries {
  return { document, path }
}

export function serverNames({ document, path }: ServerEntries): readonly string[] {
  return document ? Object.keys(validate(anyServers, document, path)) : []
}

/**
 * The named servers, variables expanded but for `CALLTRAIL_WORKSPACE`. Throws a `UsageError` with all that is wrong
 * with them, unset variables included; values of variables are in no message.
 */
export function defineServers(
  entries: ServerEntries,
  names: readonly string[],
  variables: Variables = process.env,
): readonly ServerDefinition[] {
  const problems: Problem[] = []
  const servers = names.flatMap((name) => {
    try {
      return [defineServer(entries, name, variables)]
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(...error.problems)
      return []
    }
  })
  if (problems.length > 0) throw new UsageError(problems)
  return servers
}

function defineServer(entries: ServerEntries, name: string, variables: Variables): ServerDefinition {
  const all = serverNames(entries)
  const { document } = entries
  if (!document || !all.includes(name)) {
    throw new UsageError([{ message: `no server "${name}" in mcpServers`, hint: suggest(name, all) }])
  }
  const path = [...entries.path, name]
  const location = document.locateKey(path)
  const written = validate(anyServers, document, path)
  if ('command' in written)
    return { transport: 'stdio', name, location, ...stdioServer(document, path, variables) }
  if ('url' in written) return { transport: 'http', name, location, ...httpServer(document, path, variables) }
  const misspelled = Object.keys(written).find((key) => nearest(key, ['command', 'url']).length > 0)
  const message = `${formatPath(path)}: expected a "command" (stdio) or a "url" (http)`
  throw new UsageError([{ location, message, ...(misspelled && { hint: `found: "${misspelled}"` }) }])
}

function stdioServer(document: LocatedDocument, path: DocumentPath, variables: Variables) {
  const written = validate(stdio, document, path)
  const expand = createExpander(document, variables)
  const server = {
    command: expand.text(written.command, [...path, 'command']),
    args: expand.list(written.args, [...path, 'args']),
    env: expand.record(written.env, [...path, 'env']),
    cwd: inFolder(document, expand.text(written.cwd, [...path, 'cwd'])),
  }
  expand.finish()
  return server
}

function httpServer(document: LocatedDocument, path: DocumentPath, variables: Variables) {
  const written = validate(http, document, path)
  const expand = createExpander(document, variables)
  const url = expand.text(written.url, [...path, 'url'])
  const headers = expand.record(written.headers, [...path, 'headers'])
  expand.finish()
  if (isHttp(url)) return { url, headers }
  const message = `${formatPath([...path, 'url'])}: expected an http or https address`
  throw new UsageError([{ location: document.locate([...path, 'url']), message }])
}

/** A folder that the workspace variable begins is known only once a run has its workspace. */
function inFolder(document: LocatedDocument, cwd: string): string {
  return cwd.startsWith('${') ? cwd : resolve(document.folder, cwd)
}

function isHttp(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
}
