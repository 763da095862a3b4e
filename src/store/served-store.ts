import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { isJsonObject, readJson } from '../domain/json.ts'
import type { Params, StoreReader } from '../domain/store.ts'
import { InfrastructureError } from '../errors.ts'
import type { IngestReport } from './ingest.ts'
import type { QueryName } from './queries.ts'

export interface Served {
  readonly url: string
  readonly token: string
  readonly pid: number
}

/** The database of a home through the process that serves it, which alone has it open. */
export interface ServedStore extends StoreReader<QueryName> {
  /** Has that process bring the database up to the journal now. */
  ingest(): Promise<IngestReport>
}

export function servedStore({ url, token, pid }: Served): ServedStore {
  async function ask(path: string, body: object): Promise<Response> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (answer.ok) return answer
    const { error } = objectOf(await answer.text())
    const { code, message } = objectOf(JSON.stringify(error))
    throw new InfrastructureError(`${code ?? 'store'}`, `${message ?? `it answered ${answer.status}`}`)
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
        const { body } = await ask(`/api/query/${name}`, params)
        if (body)
          for await (const line of createInterface({ input: Readable.fromWeb(body) })) yield JSON.parse(line)
      } catch (error) {
        throw explain(error)
      }
    },
    async ingest() {
      try {
        const answer = await ask('/api/ingest', {})
        return (await answer.json()) as IngestReport
      } catch (error) {
        throw explain(error)
      }
    },
    async close() {},
  }
}

function objectOf(text: string) {
  const value = readJson(text)
  return isJsonObject(value) ? value : {}
}
