import { SdkError, SdkErrorCode } from '@modelcontextprotocol/client'
import type { ServerDefinition } from '../domain/suite.ts'
import { describeError, formatProblem, InfrastructureError } from '../errors.ts'
import { StdioTransport } from './stdio-transport.ts'

/** Shorter ones are words and numbers that hide nothing. */
const shortestSecret = 6

/**
 * Why a server could not do `what` (`initialize`, `tools/list` or a tool's name): code `server_not_started`,
 * `server_died` or `server_timeout`. The message says where the server was configured and shows the end of its stderr.
 */
export async function serverFailure(
  server: ServerDefinition,
  transport: object,
  what: string,
  cause: unknown,
): Promise<InfrastructureError> {
  const process = transport instanceof StdioTransport ? transport : null
  const timedOut = cause instanceof SdkError && cause.code === SdkErrorCode.RequestTimeout
  if (!timedOut) await process?.settle()
  const code = timedOut ? 'server_timeout' : isStart(what) ? 'server_not_started' : 'server_died'
  const reason = timedOut ? 'did not answer in time' : (process?.ending ?? startFailure(server, cause))
  const why = describeError(cause)
  const message = `server ${server.name} ${reason} (${what})${reason.endsWith(why) ? '' : `: ${why}`}`
  const told = withStderr(formatProblem({ location: server.location, message }), process?.stderrTail ?? '')
  return new InfrastructureError(code, hideValues(server, told), {
    cause: new Error(hideValues(server, why)),
  })
}

/** What is ours comes first; each line of the server's own is marked, so that it is its own where lines run together too. */
export function withStderr(told: string, stderrTail: string): string {
  const tail = stderrTail.trim()
  return tail ? `${told}\nits stderr ends:\n${tail.replace(/^/gm, '  | ')}` : told
}

/** A server is given its secrets in environment or headers, and may say them when it fails. */
export function hideValues(server: ServerDefinition, text: string): string {
  const given = Object.entries(server.transport === 'stdio' ? server.env : server.headers)
  const values = given.flatMap(([name, value]) =>
    [value, ...value.split(/\r?\n/)].flatMap((part) =>
      part.length >= shortestSecret ? [{ name, part }] : [],
    ),
  )
  return values
    .sort((a, b) => b.part.length - a.part.length)
    .reduce((hidden, { name, part }) => hidden.replaceAll(part, `[value of ${name}]`), text)
}

function isStart(what: string): boolean {
  return what === 'initialize' || what === 'tools/list'
}

function startFailure(server: ServerDefinition, cause: unknown): string {
  const target =
    server.transport === 'stdio' ? `${server.command} in ${server.cwd}` : new URL(server.url).origin
  return `cannot be reached: ${target}: ${describeError(cause)}`
}
