import type { IncomingHttpHeaders } from 'node:http'
import { isJsonObject, type Json } from '../../../domain/json.ts'
import { metaFields } from '../../meta-evidence.ts'
import { rpcCodes } from '../../rpc-error.ts'
import type { ReadMessage, RpcMessage } from '../../rpc-message.ts'
import type { Refusal } from '../refuse.ts'
import { checkModern } from './modern-headers.ts'

/** `modern`: 2026-07-28 and later, without a session. `initialize` begins one of the eras before, `legacy` is within one. */
export type Era = 'modern' | 'initialize' | 'legacy'

const firstModernVersion = '2026-07-28'

/** Which era a POST belongs to, or why it can be of none. Each message says so itself, in its `_meta`. */
export function classifyPost(
  messages: readonly ReadMessage[],
  isBatch: boolean,
  headers: IncomingHttpHeaders,
): Era | Refusal {
  const [first] = messages
  if (first?.textOf() === null) return refusal(rpcCodes.parseError, 'the body is not JSON')
  if (messages.some(({ message }) => message.type === 'malformed'))
    return refusal(rpcCodes.invalidRequest, 'the body is no JSON-RPC message')
  if (first && !isBatch) return classifyMessage(first.message, headers)
  if (messages.some(({ message }) => versionOf(message) !== undefined))
    return refusal(rpcCodes.invalidRequest, `there are no batches in ${firstModernVersion}`)
  const isInitialize = messages.some(({ message }) => 'method' in message && message.method === 'initialize')
  return isInitialize ? refusal(rpcCodes.invalidRequest, 'initialize cannot be part of a batch') : 'legacy'
}

function classifyMessage(message: RpcMessage, headers: IncomingHttpHeaders): Era | Refusal {
  if (message.type !== 'request' && message.type !== 'notification') return 'legacy'
  const version = versionOf(message)
  const header = headers['mcp-protocol-version']
  const isModernHeader = typeof header === 'string' && isModern(header)
  if (message.method === 'initialize' && !isModern(version)) {
    if (!isModernHeader) return 'initialize'
    return refusal(rpcCodes.headerMismatch, `initialize belongs to no version as late as ${header}`)
  }
  if (version === undefined && !isModernHeader) return 'legacy'
  return checkModern(headers, message) ?? checkVersion(version) ?? 'modern'
}

/** A server may come to know later versions; what stands between must know what they mean. */
function checkVersion(version: Json | undefined): Refusal | null {
  if (version === undefined || version === firstModernVersion) return null
  const data = { supported: [firstModernVersion], requested: version }
  return { ...refusal(rpcCodes.unsupportedVersion, `${version} is not known here`), data }
}

/** What a message says of itself; undefined where it says nothing. */
function versionOf(message: RpcMessage): Json | undefined {
  if (message.type !== 'request' && message.type !== 'notification') return undefined
  const { _meta } = message.params
  return isJsonObject(_meta) ? _meta[metaFields.protocolVersion] : undefined
}

/** Versions are dates, and sort as they follow each other. */
function isModern(version: Json | undefined): boolean {
  return typeof version === 'string' && version >= firstModernVersion
}

function refusal(code: number, message: string): Refusal {
  return { status: 400, code, message }
}
