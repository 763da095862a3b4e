import { ownError, rpcErrorOf } from '../rpc-error.ts'
import { errorOf } from './answer.ts'
import { tokenHeader } from './caller.ts'

/** How a family of addresses is entered, and in which terms somebody is told that it is not. */
export interface Door {
  /** Open to all, locked to those without a token, or locked only where the gateway knows its callers. */
  readonly lock: 'open' | 'locked' | 'as configured'
  /** Headers in which the gateway's own token travels, the first that is there. */
  readonly tokenIn: readonly string[]
  readonly errorOf: (type: string, message: string) => object
}

/** What says nothing of anybody: that the gateway lives, and where its tokens are from. */
const open: Door = { lock: 'open', tokenIn: [], errorOf }
/** `Authorization` holds the provider's key. */
const models: Door = { lock: 'as configured', tokenIn: [tokenHeader], errorOf }
const servers: Door = {
  lock: 'as configured',
  tokenIn: [tokenHeader, 'authorization'],
  errorOf: (type, message) => rpcErrorOf(ownError(`${type}: ${message}`)),
}
const others: Door = { ...servers, errorOf }

/**
 * The door of a path. `guarded` are the MCP servers that nobody reaches without a token: they are sent credentials. The
 * endpoint of a whole toolset has no name.
 */
export function doorOf(url: string, guarded: ReadonlySet<string>): Door {
  if (/^\/(?:healthz(?:$|\?)|\.well-known\/)/.test(url)) return open
  const [, server] = /^\/mcp(?:\/([^/?]*)|$|\?)/.exec(url) ?? [null, null]
  if (server === null) return /^\/metrics(?:$|\?)/.test(url) ? others : models
  return guarded.has(server ?? '') ? { ...servers, lock: 'locked' } : servers
}
