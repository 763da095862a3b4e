import type { JsonObject } from '../domain/json.ts'

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

export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: JsonObject
}

/** No session of that id: as the MCP SDKs say it, and as their clients begin a new one. */
export const unknownSession: RpcError = { code: rpcCodes.unknownSession, message: 'Session not found' }

/** What calltrail has to say where the server behind it would have answered. */
export function ownError(message: string): RpcError {
  return { code: rpcCodes.transport, message: `calltrail: ${message}` }
}

/** Answers no request in particular: whose it is was not looked at. */
export function rpcErrorOf(error: RpcError) {
  return { jsonrpc: '2.0', id: null, error }
}

/** `id` is JSON text, to the letter. */
export function rpcError(id: string | Buffer, { code, message, data }: RpcError): Buffer {
  const error = JSON.stringify({ code, message, data })
  return Buffer.concat([
    Buffer.from('{"jsonrpc":"2.0","id":'),
    typeof id === 'string' ? Buffer.from(id) : id,
    Buffer.from(`,"error":${error}}`),
  ])
}
