import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isJsonObject, type Json, readJson } from '../../domain/json.ts'
import type { Params, StoreReader } from '../../domain/store.ts'
import { CalltrailError, describeError } from '../../errors.ts'
import type { IngestReport } from '../../store/ingest.ts'
import { type QueryName, queries } from '../../store/queries.ts'
import { boundedBody } from './bounded-body.ts'

export interface QueryApi {
  readonly database: StoreReader<QueryName>
  /** Brings the database up to the journal; `onProgress` is told how many entries are ingested so far. */
  readonly ingest: (onProgress: (entries: number) => void) => Promise<IngestReport>
}

/** Of a request: names and values of a query's parameters. */
const longestRequest = 64 * 1024 * 1024

/**
 * `POST /api/query/NAME` answers a named query with a row a line, `POST /api/ingest` brings the database up to the journal:
 * `{"progress":N}` in a line whenever more entries are ingested, last how it went, or `{"error":…}`.
 */
export async function answerApi(
  api: QueryApi,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    await act(api, incoming, outgoing)
  } catch (error) {
    // An answer that has begun is cut: nobody takes it for the whole.
    if (outgoing.headersSent) outgoing.destroy()
    else answerJson(outgoing, 500, thrown(error))
  }
}

const thrown = (error: unknown) =>
  errorOf(error instanceof CalltrailError ? error.code : 'internal', describeError(error))

async function act({ database, ingest }: QueryApi, incoming: IncomingMessage, outgoing: ServerResponse) {
  const { method, url = '' } = incoming
  const [, name = ''] = /^\/api\/query\/(\w+)$/.exec(url) ?? []
  if (method === 'POST' && url === '/api/ingest') await answerIngest(ingest, outgoing)
  else if (method === 'POST' && isQueryName(name)) await answerQuery(database, name, incoming, outgoing)
  else answerJson(outgoing, 404, errorOf('not_found', 'there are POST /api/ingest and /api/query/NAME'))
}

/** How often it is said that it is still under way: who hears nothing for minutes gives up. */
const beatMs = 5_000

async function answerIngest(ingest: QueryApi['ingest'], outgoing: ServerResponse): Promise<void> {
  let entries = 0
  function tell(line: object): void {
    if (!outgoing.headersSent) outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' })
    outgoing.write(`${JSON.stringify(line)}\n`)
  }
  const beat = setInterval(() => tell({ progress: entries }), beatMs)
  try {
    tell(
      await ingest((ingested) => {
        entries = ingested
        tell({ progress: entries })
      }),
    )
  } catch (error) {
    if (!outgoing.headersSent) throw error
    tell(thrown(error))
  } finally {
    clearInterval(beat)
  }
  outgoing.end()
}

async function answerQuery(
  database: StoreReader<QueryName>,
  name: QueryName,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const body = await boundedBody(incoming, longestRequest)
  if (body === null) {
    outgoing.setHeader('connection', 'close')
    answerJson(outgoing, 413, errorOf('params', `the parameters have at most ${longestRequest} bytes`))
    return
  }
  const params = readJson(body)
  if (!isParams(params)) {
    const message = 'the parameters are a JSON object of texts, numbers and lists of them'
    answerJson(outgoing, 400, errorOf('params', message))
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

export function errorOf(code: string, message: string) {
  return { error: { code, message } }
}

export function answerJson(outgoing: ServerResponse, status: number, body: object): void {
  outgoing.writeHead(status, { 'content-type': 'application/json' })
  outgoing.end(`${JSON.stringify(body)}\n`)
}
