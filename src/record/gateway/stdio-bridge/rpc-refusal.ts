import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { JsonObject } from '../../../domain/json.ts'

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
  readonly data?: JsonObject
  readonly headers?: OutgoingHttpHeaders
}

/** `id` is JSON text, to the letter. */
export function rpcError(
  id: string | Buffer,
  { code, message, data }: Pick<Refusal, 'code' | 'message' | 'data'>,
): Buffer {
  const error = JSON.stringify({ code, message, data })
  return Buffer.concat([
    Buffer.from('{"jsonrpc":"2.0","id":'),
    typeof id === 'string' ? Buffer.from(id) : id,
    Buffer.from(`,"error":${error}}`),
  ])
}

/** `told` is a JSON-RPC error. */
export function refuse(outgoing: ServerResponse, refusal: Refusal, told = rpcError('null', refusal)): void {
  const { status, headers } = refusal
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(told)
}
