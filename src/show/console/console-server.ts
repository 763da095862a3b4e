import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { isJsonObject, type Json, readJson } from '../../domain/json.ts'
import type { Params, StoreReader } from '../../domain/store.ts'
import { CalltrailError, describeError } from '../../errors.ts'
import { loopback } from '../../record/gateway/refusal.ts'
import type { IngestReport } from '../../store/ingest.ts'
import { type QueryName, queries } from '../../store/queries.ts'

export interface ConsoleOptions {
  readonly database: StoreReader<QueryName>
  /** Brings the database up to the journal. */
  readonly ingest: () => Promise<IngestReport>
  /** Whoever asks shows it. */
  readonly token: string
}

/** Of a request: names and values of a query's parameters. */
const longestRequest = 64 * 1024 * 1024

/**
 * Serves the database of a home to other processes of its owner: `POST /api/query/NAME` answers a named query with a row a
 * line, `POST /api/ingest` brings the database up to the journal and says how it went.
 */
export function createConsoleServer(options: ConsoleOptions): Server {
  return createServer((incoming, outgoing) => {
    const refusal = refusalOf(incoming, options.token)
    if (refusal) answer(outgoing, refusal.status, errorOf('refused', refusal.message))
    else
      act(incoming, outgoing, options).catch((error: unknown) => {
        // An answer that has begun is cut: nobody takes it for the whole.
        if (outgoing.headersSent) outgoing.destroy()
        else
          answer(
            outgoing,
            500,
            errorOf(error instanceof CalltrailError ? error.code : 'internal', describeError(error)),
          )
      })
  })
}

async function act(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { database, ingest }: ConsoleOptions,
) {
  const { method, url = '' } = incoming
  const [, name = ''] = /^\/api\/query\/(\w+)$/.exec(url) ?? []
  if (method === 'POST' && url === '/api/ingest') answer(outgoing, 200, await ingest())
  else if (method === 'POST' && isQueryName(name)) await answerQuery(database, name, incoming, outgoing)
  else answer(outgoing, 404, errorOf('not_found', 'there are POST /api/ingest and /api/query/NAME'))
}

async function answerQuery(
  database: StoreReader<QueryName>,
  name: QueryName,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const params = await readParams(incoming)
  if (params === null) {
    answer(
      outgoing,
      400,
      errorOf('params', 'the parameters are a JSON object of texts, numbers and lists of them'),
    )
    return
  }
  const lines = linesOf(database.query(name, params))
  // What is wrong with a query is known by its first row.
  const first = await lines.next()
  outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' })
  if (first.done) outgoing.end()
  else await pipeline(Readable.from(prepended(first.value, lines)), outgoing)
}

async function* linesOf(rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(row)}\n`
}

async function* prepended(first: string, rest: AsyncIterable<string>): AsyncIterable<string> {
  yield first
  yield* rest
}

async function readParams(incoming: IncomingMessage): Promise<Params | null> {
  if (Number(incoming.headers['content-length'] ?? 0) > longestRequest) return null
  const params = readJson(await text(incoming))
  return isParams(params) ? params : null
}

function isParams(value: Json | undefined): value is Params {
  const isPlain = (each: Json | undefined) => typeof each === 'string' || typeof each === 'number'
  return (
    isJsonObject(value) &&
    Object.values(value).every((each) => isPlain(each) || (Array.isArray(each) && each.every(isPlain)))
  )
}

function isQueryName(name: string): name is QueryName {
  return Object.hasOwn(queries, name)
}

/** Only requests for loopback, of no web page (DNS rebinding), and with the token. */
function refusalOf({ headers }: IncomingMessage, token: string) {
  const { host = '', origin, authorization = '' } = headers
  if (!loopback.test(host)) return { status: 403, message: `nothing is served here under the name ${host}` }
  if (origin !== undefined)
    return { status: 403, message: `requests of web pages of ${origin} are not answered` }
  const isKnown = isSame(authorization, `Bearer ${token}`)
  return isKnown
    ? null
    : { status: 401, message: 'send Authorization: Bearer TOKEN; it is in serve-token of the home' }
}

function isSame(shown: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function errorOf(code: string, message: string) {
  return { error: { code, message } }
}

function answer(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' })
  outgoing.end(`${JSON.stringify(body)}\n`)
}
