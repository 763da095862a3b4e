import type { EntryData } from '../../domain/entry.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import type { McpSession } from '../mcp-session.ts'
import { bodyCopy } from './body-copy.ts'
import { eventStream } from './event-stream.ts'
import { type ExchangeTap, isEventStream, isJson, type ResponseHead } from './forward-http.ts'

export interface McpExchangeOptions {
  /** Of the request; null on those that begin a session, or where there are none. */
  readonly session: McpSession
  readonly journal: JournalWriter
  /** The server has named the session that this exchange began. */
  readonly onSessionId: (id: string) => void
  readonly encoding: string | undefined
}

type Direction = EntryData['frame']['direction']

/**
 * Records the messages of one exchange of Streamable HTTP: those of the request before it leaves, those of an answer or an
 * event before it is passed. Never throws. What the status says alone (`202`, `405`) is no message.
 */
export function mcpExchange({ session, journal, onSessionId, encoding }: McpExchangeOptions): ExchangeTap {
  const asked = bodyCopy()
  const told = bodyCopy()
  let events: ReturnType<typeof eventStream> | null = null
  let response: ResponseHead | null = null

  function observe(direction: Direction, text: string | null, bytes: number): void {
    if (bytes > 0 && text?.trim() !== '') session.observe(direction, { text, bytes })
  }

  function observeBody(direction: Direction, body: typeof asked, encoded: string | undefined): void {
    try {
      observe(direction, body.text(encoded), body.bytes)
    } catch {
      observe(direction, null, body.bytes)
    }
  }

  return {
    requestChunk: asked.add,
    requestEnd: () => observeBody('to server', asked, encoding),
    responseStart(started) {
      response = started
      const id = started.headers['mcp-session-id']
      if (typeof id === 'string') onSessionId(id)
      if (isEventStream(started) && started.headers['content-encoding'] === undefined)
        events = eventStream((data) => observe('to client', data, Buffer.byteLength(data)))
    },
    responseChunk(chunk) {
      if (!events) told.add(chunk)
      else {
        events.push(chunk)
        journal.flush()
      }
    },
    responseEnd() {
      if (events || !response || !isJson(response)) return
      observeBody('to client', told, response.headers['content-encoding'])
    },
    recorded: (then) => journal.flushed(then),
    // A call whose stream was closed has no answer in this exchange; it may still come in another.
    broken() {},
  }
}
