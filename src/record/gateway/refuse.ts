import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type RpcError, rpcError } from '../rpc-error.ts'

/** Why a request goes no further, in the terms of HTTP and of JSON-RPC. */
export interface Refusal extends RpcError {
  readonly status: number
  readonly headers?: OutgoingHttpHeaders
}

/** `told` is a JSON-RPC error. */
export function refuse(outgoing: ServerResponse, refusal: Refusal, told = rpcError('null', refusal)): void {
  const { status, headers } = refusal
  outgoing.writeHead(status, { 'content-type': 'application/json', ...headers })
  outgoing.end(told)
}
