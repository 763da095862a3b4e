import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from './caller.ts'

/** Answers one request, or passes it on. Never throws. */
export type Handle = (outgoing: ServerResponse) => void

/** One family of addresses of the gateway: the models, the MCP servers, what it says of itself. */
export interface Routes {
  /** As people are told of them: `/openai/…`. */
  readonly paths: readonly string[]
  /** Null for a path that is none of these. `url` is path and query; `caller` is on whose behalf the request is made. */
  find(incoming: IncomingMessage, url: string, caller: Caller): Handle | null
  /** Ends every session; the journal stays open. */
  close(): Promise<void>
}
