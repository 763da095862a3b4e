import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** An answer of the gateway's own, never of what lies behind. */
export function answer(
  outgoing: ServerResponse,
  status: number,
  body: object,
  headers: OutgoingHttpHeaders = {},
): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(`${JSON.stringify(body)}\n`)
}

/** In the shape that the SDKs of the providers read. */
export function errorOf(type: string, message: string) {
  return { type: 'error', error: { type: `calltrail_${type}`, message: `calltrail: ${message}` } }
}

export function unreachable({ host }: URL) {
  return (outgoing: ServerResponse, error: Error) =>
    answer(outgoing, 502, errorOf('upstream_unreachable', `${host}: ${error.message}`))
}
