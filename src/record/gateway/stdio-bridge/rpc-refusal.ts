import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Codes of JSON-RPC and of MCP. */
export const rpcCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  /** Of this transport; the SDKs use it for a connection that has closed, too. */
  transport: -32000,
  unknownSession: -32001,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const

/** Why a request goes no further, in the terms of HTTP and of JSON-RPC. */
export interface Refusal {
  readonly status: number
  readonly code: number
  readonly message: string
  readonly headers?: OutgoingHttpHeaders
}

/** `id` is JSON text, to the letter. */
export function rpcError(id: string | Buffer, code: number, message: string): Buffer {
  const error = JSON.stringify({ code, message })
  return Buffer.concat([
    Buffer.from('{"jsonrpc":"2.0","id":'),
    typeof id === 'string' ? Buffer.from(id) : id,
    Buffer.from(`,"error":${error}}`),
  ])
}

/** `told` is a JSON-RPC error. */
export function refuse(
  outgoing: ServerResponse,
  { status, code, message, headers }: Refusal,
  told = rpcError('null', code, message),
): void {
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(told)
}
