import type { McpSession } from '../../mcp-session.ts'
import { rpcCodes } from '../../rpc-error.ts'
import { type AnswerStream, eventOf } from './answer-stream.ts'
import { observeMessage } from './observe-message.ts'

/** A request of 2026-07-28 that waits for its answer, or listens. */
export interface Exchange {
  /** Of the client, as they were written: to the server they are known by the exchange's number. */
  readonly id: Buffer
  readonly token: Buffer | null
  readonly method: string
  /** Whether its client wants to be told what the server logs meanwhile. */
  readonly isLogged: boolean
  readonly stream: AnswerStream
  readonly recorder: McpSession
}

/** A message for the client of an exchange. */
export interface Delivery {
  readonly exchange: Exchange
  readonly bytes: Buffer
  /** The status that it has if it is all of the answer; null for what is not the last. */
  readonly lastStatus: number | null
}

/** What one client has not taken; it must not hold up the others, nor our memory. */
const longestBacklogBytes = 16 * 1024 * 1024

/** Errors of the protocol itself have a status of their own; all others are answers. */
const statuses: Readonly<Record<number, number>> = {
  [rpcCodes.parseError]: 400,
  [rpcCodes.invalidRequest]: 400,
  [rpcCodes.methodNotFound]: 404,
  [rpcCodes.headerMismatch]: 400,
  [rpcCodes.missingCapability]: 400,
  [rpcCodes.unsupportedVersion]: 400,
}

export function statusOfError(code: number | null): number {
  return statuses[code ?? 0] ?? 200
}

/** Records messages, and then lets them go. */
export function deliverAll(deliveries: readonly Delivery[], flush: () => void): void {
  for (const { exchange, bytes } of deliveries) observeMessage(exchange.recorder, 'to client', bytes)
  flush()
  for (const delivery of deliveries) deliver(delivery)
}

function deliver({ exchange: { stream }, bytes, lastStatus }: Delivery): void {
  if (lastStatus !== null && !stream.isOpen) {
    stream.json(lastStatus, bytes)
    return
  }
  if (stream.backlogBytes > longestBacklogBytes) stream.destroy()
  else stream.event(eventOf(bytes, null))
  if (lastStatus !== null) stream.end()
}

export function cancellation(id: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":'),
    id,
    Buffer.from('}}'),
  ])
}
