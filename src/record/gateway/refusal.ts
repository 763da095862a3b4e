import type { IncomingMessage } from 'node:http'
import { errorOf } from './answer.ts'

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])(?::\d+)?$/

/** Only requests for a loopback name are answered, and none that a web page of another place has sent (DNS rebinding). */
export function refusalOf({ headers }: IncomingMessage) {
  const { host = '', origin } = headers
  if (!loopback.test(host)) return errorOf('host_refused', `this gateway is not ${host}`)
  if (origin === undefined || (URL.canParse(origin) && loopback.test(new URL(origin).host))) return null
  return errorOf('origin_refused', 'requests of web pages from elsewhere are not passed')
}
