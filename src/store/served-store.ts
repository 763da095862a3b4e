import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { isJsonObject, type Json, type JsonObject, readJson } from '../domain/json.ts'
import type { Params, StoreReader } from '../domain/store.ts'
import { InfrastructureError } from '../errors.ts'
import type { IngestReport } from './ingest.ts'
import type { QueryName } from './queries.ts'

export interface Served {
  readonly url: string
  readonly token: string
  readonly pid: number
  /** Within which it says anything at all, in milliseconds; 10,000 unless said. A query may take longer. */
  readonly aliveMs?: number
}

/** The database of a home through the process that serves it, which alone has it open. */
export interface ServedStore extends StoreReader<QueryName> {
  /** Has that process bring the database up to the journal now; `onProgress` is told how many entries it has ingested. */
  ingest(onProgress?: (entries: number) => void): Promise<IngestReport>
}

export function servedStore({ url, token, pid, aliveMs = 10_000 }: Served): ServedStore {
  let greeted: Promise<unknown> | null = null

  /** One that hangs would keep who asks waiting for minutes. */
  function greet(): Promise<unknown> {
    greeted ??= fetch(`${url}/api`, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(aliveMs),
    })
    return greeted
  }

  async function ask(path: string, body: object): Promise<Response> {
    await greet()
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (answer.ok) return answer
    const { error } = objectOf(readJson(await answer.text()))
    throw refused(error, `it answered ${answer.status}`)
  }

  async function* linesOf(answer: Response): AsyncIterable<string> {
    if (answer.body) yield* createInterface({ input: Readable.fromWeb(answer.body) })
  }

  const explain = (error: unknown) =>
    error instanceof InfrastructureError
      ? error
      : new InfrastructureError(
          'store_served',
          `process ${pid}, which serves this home at ${url}, does not answer`,
          {
            cause: error,
          },
        )

  return {
    async *query<T>(name: QueryName, params: Params = {}): AsyncIterable<T> {
      try {
        for await (const line of linesOf(await ask(`/api/query/${name}`, params))) yield JSON.parse(line)
      } catch (error) {
        throw explain(error)
      }
    },
    async ingest(onProgress) {
      try {
        for await (const line of linesOf(await ask('/api/ingest', {}))) {
          const told = objectOf(readJson(line))
          if (told.error !== undefined) throw refused(told.error, 'it could not ingest')
          if (typeof told.progress !== 'number') return JSON.parse(line)
          onProgress?.(told.progress)
        }
        throw new Error('its answer ended early')
      } catch (error) {
        throw explain(error)
      }
    },
    async close() {},
  }
}

function refused(error: Json | undefined, otherwise: string): InfrastructureError {
  const { code, message } = objectOf(error)
  return new InfrastructureError(`${code ?? 'store'}`, `${message ?? otherwise}`)
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {}
}
