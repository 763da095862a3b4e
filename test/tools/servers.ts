import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import type { ServerDefinition, ToolsetDefinition } from '../../src/domain/suite.ts'
import type { CallContext, ToolCall } from '../../src/domain/tool.ts'

const require = createRequire(import.meta.url)
const fixtures = fileURLToPath(new URL('../fixtures/mcp/', import.meta.url))
const location = { file: 'mcp.json', line: 3, column: 5 }

export type StdioServer = ServerDefinition & { transport: 'stdio' }

/** A fixture as a server; runs in the workspace when `cwd` names it. */
export function fixture(
  file: string,
  args: readonly string[] = [],
  more: Partial<StdioServer> = {},
): StdioServer {
  const command = { command: process.execPath, args: [join(fixtures, file), ...args], cwd: fixtures }
  return { transport: 'stdio', name: 'bench', ...command, env: {}, location, ...more }
}

/** One of the reference servers: `filesystem`, `memory`, `everything`, `sequential-thinking`. */
export function reference(
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): StdioServer {
  const home = dirname(require.resolve(`@modelcontextprotocol/server-${name}/package.json`))
  const command = { command: process.execPath, args: [join(home, 'dist/index.js'), ...args], cwd: home }
  return { transport: 'stdio', name, ...command, env, location }
}

export function toolset(
  servers: readonly string[],
  more: Partial<ToolsetDefinition> = {},
): ToolsetDefinition {
  return {
    name: servers.join('+'),
    servers,
    cassette: null,
    workspace: null,
    curated: null,
    location,
    ...more,
  }
}

export function context(signal: AbortSignal = new AbortController().signal): CallContext {
  return { identity: unknownIdentity, session: 's', trace: { traceId: '', spanId: '' }, signal }
}

export function call(name: string, args: JsonObject = {}): ToolCall {
  return { id: randomUUID(), name, arguments: args }
}
