import { Agent as HttpAgent, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'

/** Connections are kept for the next request, of the same pool only: a server may know who is there by its connection. */
export interface PooledRequest extends RequestOptions {
  readonly pool: string
}

const poolOf = (options: object = {}) => ('pool' in options ? `:${String(options.pool)}` : '')

class PooledHttpAgent extends HttpAgent {
  override getName(options?: Parameters<HttpAgent['getName']>[0]): string {
    return super.getName(options) + poolOf(options)
  }
}

class PooledHttpsAgent extends HttpsAgent {
  override getName(options?: Parameters<HttpsAgent['getName']>[0]): string {
    return super.getName(options) + poolOf(options)
  }
}

export const upstreamAgents = {
  'http:': new PooledHttpAgent({ keepAlive: true }),
  'https:': new PooledHttpsAgent({ keepAlive: true }),
}
