import type { IncomingMessage } from 'node:http'
import { unreachable } from './answer.ts'
import { forwardHttp } from './forward-http.ts'
import { passResourceMetadata } from './pass-resource-metadata.ts'
import type { Routes } from './routes.ts'

export interface ResourceMetadata {
  /** `/.well-known/KIND/mcp/NAME`: what that server says of itself, of whoever gives out its tokens. */
  readonly routes: Routes
  /** For the headers of answers, names and values in turn: a challenge names the gateway's address of the metadata. */
  ofChallenge(
    name: string,
    incoming: IncomingMessage,
  ): (rawHeaders: readonly string[], status: number) => readonly string[]
}

const kind = 'oauth-protected-resource'
const wellKnown = /^\/\.well-known\/(oauth-[a-z-]+|openid-configuration)\/mcp\/([^/?]+)(?:\?.*)?$/s
const named = /(\bresource_metadata\s*=\s*)(?:"([^"]*)"|([^\s,"]+))/gi
const unseen = {
  ...{ requestChunk() {}, requestEnd() {}, responseStart() {}, responseChunk() {}, responseEnd() {} },
  broken() {},
}

/**
 * What OAuth needs of a gateway (RFC 9728): a client asks for a token for the address that it talks to, and refuses metadata
 * of any other. So a server's metadata says the gateway's address where it says its own, and a challenge leads there.
 */
export function resourceMetadata(servers: Readonly<Record<string, string>>): ResourceMetadata {
  /** Where each server's own challenges have said that its metadata is. */
  const told = new Map<string, string>()
  /** Those that have let nobody in without a token. */
  const locked = new Set<string>()
  const addressOf = (name: string) => (Object.hasOwn(servers, name) ? servers[name] : undefined)
  return {
    routes: {
      paths: [],
      find(incoming, url) {
        const [, asked = '', name = ''] = wellKnown.exec(url) ?? []
        const address = addressOf(name)
        if (address === undefined) return null
        const [target, root] = [below(address, asked), new URL(`/.well-known/${asked}`, address)]
        if (asked !== kind || incoming.method !== 'GET')
          return (outgoing) =>
            forwardHttp(incoming, outgoing, { target, tap: unseen, unreachable: unreachable(target) })
        const places = [...new Set([told.get(name) ?? target.href, target.href, root.href])]
        const own = `${originOf(incoming)}/mcp/${name}`
        return passResourceMetadata(incoming, places, { address, own, isLocked: locked.has(name) })
      },
      async close() {},
    },
    ofChallenge: (name, incoming) => (rawHeaders, status) => {
      if (status === 401) locked.add(name)
      if (!rawHeaders.some(isChallenge)) return rawHeaders
      return rawHeaders.map((value, index) => {
        if (index % 2 === 0 || !isChallenge(rawHeaders[index - 1] ?? '')) return value
        return value.replace(named, (whole, before: string, quoted?: string, token?: string) => {
          const place = quoted ?? token ?? ''
          // What lies elsewhere is not this gateway's to fetch.
          if (!URL.canParse(place) || new URL(place).origin !== new URL(addressOf(name) ?? place).origin)
            return whole
          told.set(name, place)
          return `${before}"${originOf(incoming)}/.well-known/${kind}/mcp/${name}"`
        })
      })
    },
  }
}

const challenge = 'www-authenticate'

function isChallenge(name: string): boolean {
  return name.length === challenge.length && name.toLowerCase() === challenge
}

function originOf({ headers }: IncomingMessage): string {
  return `http://${headers.host}`
}

/** RFC 8414, 3.1: the well-known part stands before the path. */
function below(address: string, asked: string): URL {
  const target = new URL(address)
  target.pathname = `/.well-known/${asked}${target.pathname.replace(/\/$/, '')}`
  return target
}
