import type { IncomingMessage } from 'node:http'
import { answer } from './answer.ts'
import type { Routes } from './routes.ts'

export interface ProtectedResourceOptions {
  /** Whose tokens are taken; null where it is nobody's. */
  readonly issuer: string | null
  /** The address that clients know the gateway by, where it is not the one that they connect to. */
  readonly url: string | null
  readonly servers: Readonly<Record<string, unknown>>
}

const wellKnown = '/.well-known/oauth-protected-resource'

/** `/.well-known/oauth-protected-resource/mcp/NAME`: where tokens for a server come from (RFC 9728). */
export function protectedResources(options: ProtectedResourceOptions) {
  const { issuer, servers } = options
  const baseOf = ({ headers }: IncomingMessage) => options.url?.replace(/\/$/, '') ?? `http://${headers.host}`
  const nameIn = (path: string) => {
    const [, name = ''] = /^\/mcp\/([^/?]+)(?:\?.*)?$/s.exec(path) ?? []
    return Object.hasOwn(servers, name) ? name : null
  }
  const routes: Routes = {
    paths: [],
    find(incoming, url) {
      const name = url.startsWith(wellKnown) ? nameIn(url.slice(wellKnown.length)) : null
      if (issuer === null || name === null) return null
      const document = {
        resource: `${baseOf(incoming)}/mcp/${name}`,
        authorization_servers: [issuer],
        bearer_methods_supported: ['header'],
        resource_name: name,
      }
      return (outgoing) => answer(outgoing, 200, document)
    },
    async close() {},
  }
  return {
    routes,
    /** The address of the document about the server that is asked for; null where there is none. */
    addressFor(incoming: IncomingMessage): string | null {
      const name = nameIn(incoming.url ?? '')
      return issuer === null || name === null ? null : `${baseOf(incoming)}${wellKnown}/mcp/${name}`
    },
  }
}
