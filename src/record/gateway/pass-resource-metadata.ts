import type { IncomingMessage } from 'node:http'
import { applyEdits, modify } from 'jsonc-parser'
import { isJsonObject, readJson } from '../../domain/json.ts'
import { answer, unreachable } from './answer.ts'
import type { Handle } from './routes.ts'

const limitBytes = 1024 * 1024
/** Of the body as it came, which is not the one that leaves. */
const ofTheBody = new Set([
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
])

interface Resource {
  readonly address: string
  /** The gateway's address of it. */
  readonly own: string
  /** It has let nobody in without a token. */
  readonly isLocked: boolean
}

/** Asks one place after the other while there is nothing, as a client of the server itself would. */
export function passResourceMetadata(
  { headers }: IncomingMessage,
  places: readonly string[],
  { address, own, isLocked }: Resource,
): Handle {
  const version = headers['mcp-protocol-version']
  const sent = {
    accept: headers.accept ?? 'application/json',
    ...(typeof version === 'string' && { 'mcp-protocol-version': version }),
  }
  return async (outgoing) => {
    try {
      let found = await read(places[0] ?? address, sent)
      for (const place of places.slice(1)) if (isMissing(found)) found = await read(place, sent)
      if (isMissing(found) && isLocked) {
        answer(outgoing, 200, ofOldServer(address, own))
        return
      }
      outgoing.writeHead(found.status, found.headers)
      outgoing.end(withResource(found.text, address, own))
    } catch (error) {
      unreachable(new URL(address))(outgoing, error instanceof Error ? error : new Error(String(error)))
    }
  }
}

/**
 * Revision 2025-03-26 knew no such metadata: tokens are given out at the server's own origin. A client would look for that at
 * the gateway's, where it is not.
 */
function ofOldServer(address: string, own: string) {
  return { resource: own, authorization_servers: [new URL(address).origin] }
}

function isMissing({ status }: { status: number }): boolean {
  return status >= 400 && status < 500
}

async function read(place: string, sent: Readonly<Record<string, string>>) {
  const { request } = await import('undici')
  const { statusCode, headers, body } = await request(place, { headers: sent })
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > limitBytes) throw new Error(`its metadata is longer than ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  const kept = Object.entries(headers).filter(([name]) => !ofTheBody.has(name))
  return { status: statusCode, headers: Object.fromEntries(kept), text: Buffer.concat(chunks).toString() }
}

/** Nothing but the one value changes, and only where it means the server: a client must still refuse any other. */
function withResource(text: string, address: string, own: string): string {
  const metadata = readJson(text)
  const resource = isJsonObject(metadata) ? metadata.resource : undefined
  if (typeof resource !== 'string' || !covers(resource, address)) return text
  return applyEdits(text, modify(text, ['resource'], own, {}))
}

/** Whether a token for the resource is one for the address: the same origin, at or above its path. */
function covers(resource: string, address: string): boolean {
  if (!URL.canParse(resource)) return false
  const [outer, inner] = [new URL(resource), new URL(address)]
  const path = ({ pathname }: URL) => pathname.replace(/\/?$/, '/')
  return outer.origin === inner.origin && path(inner).startsWith(path(outer))
}
