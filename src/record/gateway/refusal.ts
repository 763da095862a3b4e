import type { IncomingMessage } from 'node:http'

export interface Reachability {
  /** Names that the gateway is reached by beside those of loopback, with a port or for every port. */
  readonly hosts: readonly string[]
  /** Whose web pages may send requests beside those of loopback: `https://app.example`. */
  readonly origins: readonly string[]
}

interface Refused {
  readonly type: string
  readonly message: string
}

/** Names of this machine, with a port or without. */
export const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/i

/** Only requests for a name of ours are answered, and none that a web page of another place has sent (DNS rebinding). */
export function refusalOf({ headers }: IncomingMessage, { hosts, origins }: Reachability): Refused | null {
  const { host = '', origin } = headers
  if (!loopback.test(host) && !isOneOf(host, hosts)) {
    const message = `this gateway is not known as ${host}; add it to gateway.hosts in calltrail.yaml`
    return { type: 'host_refused', message }
  }
  if (origin === undefined || origins.includes(origin)) return null
  if (URL.canParse(origin) && loopback.test(new URL(origin).host)) return null
  const message = `requests of web pages of ${origin} are not passed; add it to gateway.origins in calltrail.yaml`
  return { type: 'origin_refused', message }
}

function isOneOf(host: string, hosts: readonly string[]): boolean {
  const name = host.toLowerCase()
  const withoutPort = name.replace(/:\d+$/, '')
  return hosts.some((each) => [name, withoutPort].includes(each.toLowerCase()))
}
