import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { buffer } from 'node:stream/consumers'

export type Headers = Readonly<Record<string, string>>

export const accept = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' }

/** Sends a request and gives its answer as it begins; its body is not read yet. */
export async function send(
  url: string,
  method: string,
  headers: Headers,
  body?: string | Buffer,
): Promise<IncomingMessage> {
  const request = httpRequest(url, { method, headers, agent: false })
  request.end(body)
  const [response] = await once(request, 'response')
  return response
}

export async function exchange(url: string, body: string | Buffer, headers: Headers = {}, method = 'POST') {
  const response = await send(url, method, { ...accept, ...headers }, method === 'POST' ? body : undefined)
  const text = (await buffer(response)).toString()
  const events = eventsIn(text)
  // What takes a while comes as an event.
  const answer = events.at(-1)?.data ?? text
  return { status: response.statusCode, headers: response.headers, text, events, answer }
}

/** The data of whole server-sent events, with their ids. */
export function eventsIn(text: string) {
  return text.split('\n\n').flatMap((block) => {
    const [, data] = /^data: ?(.*)$/m.exec(block) ?? []
    const [, id = ''] = /^id: ?(.*)$/m.exec(block) ?? []
    return data === undefined ? [] : [{ id, data }]
  })
}

/** Reads events of a stream until `isEnough`; the stream stays open. */
export async function readEvents(response: IncomingMessage, isEnough: (text: string) => boolean) {
  let text = ''
  for await (const chunk of response.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (isEnough(text)) break
  }
  return eventsIn(text)
}

const initialize = (version: string) =>
  JSON.stringify({
    ...{ jsonrpc: '2.0', id: 'init', method: 'initialize' },
    params: { protocolVersion: version, capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  })

/** A session of an era before 2026-07-28. */
export async function beginSession(url: string, version = '2025-11-25', more: Headers = {}) {
  const { headers, status } = await exchange(url, initialize(version), more)
  if (status !== 200) throw new Error(`initialize: ${status}`)
  const session = { 'mcp-session-id': String(headers['mcp-session-id']), 'mcp-protocol-version': version }
  return {
    session,
    post: (body: string | Buffer, more: Headers = {}) => exchange(url, body, { ...session, ...more }),
    open: (body: string) => send(url, 'POST', { ...accept, ...session }, body),
    listen: (more: Headers = {}) => send(url, 'GET', { accept: 'text/event-stream', ...session, ...more }),
    delete: () => exchange(url, '', session, 'DELETE'),
  }
}

const modernVersion = '2026-07-28'

/** A request of 2026-07-28, and the headers that go with it. */
export function modern(
  id: string | number,
  method: string,
  params: object = {},
  meta: object = {},
): { readonly body: string; readonly headers: Headers } {
  const envelope = {
    'io.modelcontextprotocol/protocolVersion': modernVersion,
    'io.modelcontextprotocol/clientCapabilities': {},
    ...meta,
  }
  const name = 'name' in params ? { 'mcp-name': String(params.name) } : {}
  return {
    body: JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: envelope } }),
    headers: { 'mcp-protocol-version': modernVersion, 'mcp-method': method, ...name },
  }
}
