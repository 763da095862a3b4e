import type { IncomingHttpHeaders } from 'node:http'
import { isJsonObject, type Json, type JsonObject } from '../../../domain/json.ts'
import { metaFields } from '../../meta-evidence.ts'
import { rpcCodes } from '../../rpc-error.ts'
import type { RpcMessage } from '../../rpc-message.ts'
import type { Refusal } from '../refuse.ts'

type Message = Extract<RpcMessage, { readonly type: 'request' | 'notification' }>

/** The member of `params` that `Mcp-Name` repeats, by method. */
const nameSources: Readonly<Record<string, string>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
}

const encoded = /^=\?base64\?((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)\?=$/
const clientCapabilities = 'io.modelcontextprotocol/clientCapabilities'

/**
 * What is wrong with a message of 2026-07-28 and its headers, which must say what the body says: those between may have
 * decided by them. Null where nothing is. A server behind stdio sees no headers, so nobody else can tell.
 */
export function checkModern(headers: IncomingHttpHeaders, { type, method, params }: Message): Refusal | null {
  const meta = isJsonObject(params._meta) ? params._meta : {}
  const isRequest = type === 'request'
  const version = meta[metaFields.protocolVersion]
  if (isRequest && (typeof version !== 'string' || !isJsonObject(meta[clientCapabilities])))
    return { status: 400, code: rpcCodes.invalidParams, message: envelopeMessage }
  return (
    compareMember(headers, 'MCP-Protocol-Version', version, isRequest) ??
    compareMember(headers, 'Mcp-Method', method, isRequest) ??
    (isRequest ? compareName(headers, method, params) : null)
  )
}

const envelopeMessage = `_meta must have ${metaFields.protocolVersion} (text) and ${clientCapabilities} (object) in each request`

function compareName(headers: IncomingHttpHeaders, method: string, params: JsonObject): Refusal | null {
  const source = Object.hasOwn(nameSources, method) ? nameSources[method] : undefined
  const value = source === undefined ? undefined : params[source]
  return compareMember(headers, 'Mcp-Name', value, typeof value === 'string')
}

function compareMember(
  headers: IncomingHttpHeaders,
  name: string,
  value: Json | undefined,
  isRequired: boolean,
): Refusal | null {
  if (typeof value !== 'string' || (!isRequired && headers[name.toLowerCase()] === undefined)) return null
  return compareHeader(headers, name, { text: value, matches: (sent) => sent === value })
}

/** What the body says, and what of a header's text says the same. */
export interface Expected {
  readonly text: string
  readonly matches: (sent: string) => boolean
}

/** What is wrong with a header that repeats a member of the body. */
export function compareHeader(headers: IncomingHttpHeaders, name: string, { text, matches }: Expected) {
  const sent = headers[name.toLowerCase()]
  if (sent === undefined)
    return mismatch(`the header ${name} is missing; the body says ${JSON.stringify(text)}`)
  const decoded = decode(String(sent))
  if (decoded !== null && matches(decoded)) return null
  return mismatch(`the header ${name} says ${JSON.stringify(sent)}, the body ${JSON.stringify(text)}`)
}

/** What a header cannot hold stands in it as `=?base64?…?=`; null for a wrong encoding. */
function decode(value: string): string | null {
  const text = value.trim()
  if (!text.startsWith('=?base64?') || !text.endsWith('?=')) return text
  const [, bytes] = encoded.exec(text) ?? []
  return bytes === undefined ? null : Buffer.from(bytes, 'base64').toString()
}

function mismatch(message: string): Refusal {
  return { status: 400, code: rpcCodes.headerMismatch, message }
}
