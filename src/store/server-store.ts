import { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import type { Params } from '../domain/store.ts'
import { InfrastructureError, UsageError } from '../errors.ts'
import { eachItem } from '../journal/each-item.ts'
import { checkVersion, versionQuery } from './server-version.ts'
import type { Insert, Transport } from './transport.ts'

export interface ServerOptions {
  readonly url: string
  /** Stands above what the URL says. */
  readonly user?: string | undefined
  readonly password?: string | undefined
  /** Instead of the one that the URL names. */
  readonly database?: string | undefined
}

const defaultDatabase = 'calltrail'

/** A ClickHouse server over HTTP; makes the database where it is missing. */
export async function openServer({ url, user, password, ...given }: ServerOptions): Promise<Transport> {
  const address = parseAddress(url)
  const place = `${address.protocol}//${address.host}`
  const username = user ?? (decodeURIComponent(address.username) || 'default')
  const database = given.database ?? (decodeURIComponent(address.pathname.slice(1)) || defaultDatabase)
  const { ClickHouseLogLevel, createClient } = await import('@clickhouse/client')
  const connect = (name: string) =>
    createClient({
      url: place,
      username,
      password: password ?? decodeURIComponent(address.password),
      database: name,
      application: 'calltrail',
      compression: { request: true, response: true },
      use_multipart_params_auto: true,
      // What is wrong is thrown, once, and said by who catches it.
      log: { level: ClickHouseLogLevel.OFF },
    })
  const explain = (error: unknown) => explainError(error, { place, username })
  await prepare(connect('default'), database, place).catch((error) => {
    throw explain(error)
  })
  return transportOver(connect(database), explain)
}

function parseAddress(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : null
  if (address?.protocol === 'http:' || address?.protocol === 'https:') return address
  throw new UsageError([
    {
      message: 'CLICKHOUSE_URL is not the address of a ClickHouse server over HTTP',
      hint: 'http://HOST:8123/DATABASE, or https://HOST:8443/DATABASE',
    },
  ])
}

async function prepare(client: ClickHouseClient, name: string, place: string): Promise<void> {
  try {
    const answer = await client.query({ query: versionQuery, format: 'JSONEachRow' })
    checkVersion(await answer.text(), place)
    await client.command({
      query: 'CREATE DATABASE IF NOT EXISTS {name:Identifier}',
      query_params: { name },
    })
  } finally {
    await client.close()
  }
}

function transportOver(
  client: ClickHouseClient,
  explain: (error: unknown) => InfrastructureError,
): Transport {
  async function explained(work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (error) {
      throw explain(error)
    }
  }

  async function insert(table: string, { format, bytes }: Insert): Promise<void> {
    const query = `INSERT INTO ${table} FORMAT ${format}`
    const { stream } = await client.exec({ query, values: Readable.from([bytes], { objectMode: false }) })
    await stream.resume().toArray()
  }

  async function* select<T>(sql: string, params: Params): AsyncGenerator<T[]> {
    try {
      const answer = await client.query({ query: sql, query_params: { ...params }, format: 'JSONEachRow' })
      for await (const rows of answer.stream<T>()) yield rows.map((row) => row.json())
    } catch (error) {
      throw explain(error)
    }
  }

  /** As a query: of a command the client sends parameters in the address alone, where long lists have no room. */
  async function execute(query: string, params: Params): Promise<void> {
    const answer = await client.query({ query, query_params: { ...params }, format: 'JSONEachRow' })
    await answer.text()
  }

  return {
    execute: (query, params) => explained(params ? execute(query, params) : client.command({ query })),
    insert: (table, rows) => explained(insert(table, rows)),
    select: <T>(sql: string, params: Params) => eachItem(select<T>(sql, params)),
    close: () => client.close(),
  }
}

interface Server {
  readonly place: string
  readonly username: string
}

/** Codes of ClickHouse: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const authenticationCodes = new Set(['192', '193', '194', '516'])
const accessDenied = '497'

function explainError(error: unknown, server: Server): InfrastructureError {
  if (error instanceof InfrastructureError) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (authenticationCodes.has(code))
    return new InfrastructureError(
      'store_user',
      `ClickHouse at ${server.place} refused the user "${server.username}": check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD`,
    )
  return new InfrastructureError('store', explanation(code, server), { cause: error })
}

function explanation(code: string, { place, username }: Server): string {
  if (code === accessDenied)
    return `the user "${username}" lacks a right on ClickHouse at ${place}: grant it, or set CLICKHOUSE_USER to another`
  if (/^\d+$/.test(code)) return `ClickHouse at ${place} refused`
  return `no ClickHouse answers at ${place}: is it running, and is CLICKHOUSE_URL right?`
}
