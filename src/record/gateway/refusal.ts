import type { IncomingMessage } from 'node:http'
import { errorOf } from './answer.ts'

export interface Reachability {
  /** Names that the gateway is reached by beside those of loopback, with a port or for every port. */
  readonly hosts: readonly string[]
  /** Whose web pages may send requests beside those of loopback: `https://app.example`. */
  readonly origins: readonly string[]
}

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i

/** Only requests for a name of ours are answered, and none that a web page of another place has sent (DNS rebinding). */
export function refusalOf({ headers }: IncomingMessage, { hosts, origins }: Reachability) {
  const { host = '', origin } = headers
  if (!loopback.test(host) && !isOneOf(host, hosts))
    return errorOf('host_refused', `this gateway is not ${host}; gateway.hosts in calltrail.yaml names it`)
  if (origin === undefined || origins.includes(origin)) return null
  if (URL.canParse(origin) && loopback.test(new URL(origin).host)) return null
  return errorOf(
    'origin_refused',
    `requests of web pages of ${origin} are not passed; gateway.origins in calltrail.yaml names it`,
  )
}

function isOneOf(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase()
  const withoutPort = name.replace(/:\d+$/, '')
  return hosts.some((each) => [name, withoutPort].includes(each.toLowerCase()))
}
