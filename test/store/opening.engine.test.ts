import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { describeError, InfrastructureError, UsageError } from '../../src/errors.ts'
import { openChdb } from '../../src/store/chdb-store.ts'
import { openStore } from '../../src/store/stores.ts'
import { type ClickHouseHttp, startClickHouseHttp } from '../fixtures/clickhouse-http/clickhouse-http.ts'
import { runModule } from '../journal/child-process.ts'
import { all } from './recorded-home.ts'
import { temporaryFolder } from './temporary-folder.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

async function errorOf(opening: Promise<unknown>): Promise<Error> {
  return opening.then(
    () => expect.fail('it opened'),
    (error) => error,
  )
}

describe('the embedded database', () => {
  test('held by another process is waited for', async () => {
    const holder = runModule('test/store/hold-database.ts', [folder.path])
    await once(holder.child.stdout, 'data')
    const opening = openStore({ home: folder.path })
    holder.child.stdin.write('close\n')
    await (await opening).close()
    expect(await holder.closed).toEqual({ code: 0, signal: null })
  })

  test('four that open it at once, four times each, wait for each other', async () => {
    const openers = Array.from({ length: 4 }, () =>
      runModule('test/store/reopen-process.ts', [folder.path, '4']),
    )
    const ended = await Promise.all(openers.map(({ closed }) => closed))
    expect(openers.map(({ stderr }) => stderr())).toEqual(['', '', '', ''])
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0, 0])
  })

  test('held for too long, the process that holds it is named', async () => {
    const holder = runModule('test/store/hold-database.ts', [folder.path])
    await once(holder.child.stdout, 'data')
    const error = await errorOf(openStore({ home: folder.path, waitMs: 0 }))
    expect(error).toBeInstanceOf(InfrastructureError)
    expect(error.message).toContain(`in use by process ${holder.child.pid}`)
    holder.child.stdin.write('close\n')
    await holder.closed
    // Of a process on another host, which may be gone: the engine says whether it is.
    writeFileSync(join(folder.path, 'db.lock'), '{"pid":1,"start":null,"host":"elsewhere"}')
    await (await openStore({ home: folder.path, waitMs: 0 })).close()
    expect(readdirSync(folder.path)).toEqual(['db'])
  })

  test('makes no machine code of what it is asked, in none of its sessions', async () => {
    const database = await openChdb(folder.path)
    const sql = "SELECT name FROM system.settings WHERE name LIKE 'compile%' AND changed AND value = '0'"
    const asked = await Promise.all([1, 2].map(() => all(database.select<{ name: string }>(sql, {}))))
    await database.close()
    for (const rows of asked) expect(rows.map(({ name }) => name)).toContain('compile_aggregate_expressions')
  })

  test('not installed, the line that installs it is said', async () => {
    const without = runModule('test/store/without-engine.ts', [folder.path])
    await without.closed
    expect(without.stdout().toString()).toBe(
      'the embedded database is not installed: npm install chdb@3.4.0, or set CLICKHOUSE_URL to a ClickHouse server',
    )
  })

  test('made by a newer version is refused, and left alone', async () => {
    const server = await startClickHouseHttp({ directory: folder.path })
    const address = { home: folder.path, url: `${server.url}/newer` }
    await (await openStore(address)).close()
    await fetch(`${server.url}/?database=newer`, {
      method: 'POST',
      body: 'INSERT INTO schema_versions (version) VALUES (99)',
    })
    expect((await errorOf(openStore(address))).message).toMatch(/newer calltrail \(schema 99/)
    await server.close()
  })

  test('with a table of the same name that somebody else made is refused, and left alone', async () => {
    const server = await startClickHouseHttp({ directory: folder.path })
    const ask = async (body: string) => (await fetch(server.url, { method: 'POST', body })).text()
    await ask('CREATE DATABASE theirs')
    await ask('CREATE TABLE theirs.runs (id Int32, miles Float64) ENGINE = MergeTree ORDER BY id')
    const error = await errorOf(openStore({ home: folder.path, url: `${server.url}/theirs` }))
    expect(error.message).toMatch(/a table runs that calltrail did not make.+CLICKHOUSE_URL/)
    expect(await ask('SHOW TABLES FROM theirs')).toBe('runs\n')
    await server.close()
  })
})

describe('a server', () => {
  let server: ClickHouseHttp
  beforeEach(async () => {
    server = await startClickHouseHttp({ directory: folder.path, user: 'anna', password: 's3cret' })
  })
  afterEach(() => server.close())
  const home = '/nowhere'

  test('takes user, password and database name from the address', async () => {
    const url = server.url.replace('//', '//anna:s3cret@')
    const store = await openStore({ home, url: `${url}/mine` })
    await store.append({ bodies: [{ digest: 'd', text: 't', bytes: 1, log: 'l', next_offset: 1 }] })
    expect(await all(store.query('body', { digest: 'd' }))).toHaveLength(1)
    await store.close()
  })

  test('gets inserts compressed, and long lists outside the address', async () => {
    const store = await openStore({ home, url: server.url, user: 'anna', password: 's3cret' })
    await store.append({ bodies: [{ digest: 'd', text: 't', bytes: 1, log: 'l', next_offset: 1 }] })
    await all(
      store.query('bodies', { values: Array.from({ length: 1_000 }, (_, index) => `digest-${index}`) }),
    )
    await store.close()
    const insert = server.requests.find(({ statement }) => statement.startsWith('INSERT INTO bodies'))
    expect(insert?.encoding).toBe('gzip')
    expect(server.requests.at(-1)?.multipart).toBe(true)
  })

  test('that refuses the password: which variables to look at, and no password in the message', async () => {
    const error = await errorOf(openStore({ home, url: server.url, user: 'anna', password: 'wr0ng' }))
    expect(error).toBeInstanceOf(InfrastructureError)
    expect(describeError(error)).toBe(
      `ClickHouse at ${server.url} refused the user "anna": check CLICKHOUSE_USER and CLICKHOUSE_PASSWORD`,
    )
  })

  test('that is not there: is it running, and is the address right', async () => {
    const { url } = server
    await server.close()
    const error = await errorOf(openStore({ home, url: url.replace('//', '//anna:s3cret@') }))
    expect(error.message).toBe(`no ClickHouse answers at ${url}: is it running, and is CLICKHOUSE_URL right?`)
    expect(describeError(error)).not.toContain('s3cret')
  })

  test('that is no ClickHouse is told from one', async () => {
    const other = createServer((_, response) => response.writeHead(404).end('<h1>Not found</h1>')).listen(0)
    await once(other, 'listening')
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    expect((await errorOf(openStore({ home, url }))).message).toContain('no ClickHouse answers at')
    other.close()
  })

  test.each([
    [
      'a page to sign in',
      '<html>\n<h1>Sign in',
      'no ClickHouse: asked for its version, it said "<html> <h1>Sign in"',
    ],
    ['a service that says nothing', '', 'no ClickHouse: asked for its version, it said nothing;'],
    [
      'another service',
      '{"version":{"number":"8.1"}}',
      'no ClickHouse: asked for its version, it said "{"version',
    ],
    [
      'an old ClickHouse',
      '{"version":"25.8.3.1"}\n',
      'is version 25.8.3.1, and calltrail needs 26.2 or later',
    ],
  ])('%s that answers everything is asked once, and told', async (_, said, told) => {
    let asked = 0
    const other = createServer((_, response) => response.end(said, () => asked++)).listen(0)
    await once(other, 'listening')
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    const error = await errorOf(openStore({ home, url }))
    expect(error).toBeInstanceOf(InfrastructureError)
    expect(error.message).toContain(told)
    expect([asked, error.message.includes(url)]).toEqual([1, true])
    other.close()
  })

  test.each(['localhost:8123', 'clickhouse://host', 'nonsense'])(
    'an address that is none: %s',
    async (url) => {
      expect(await errorOf(openStore({ home, url }))).toBeInstanceOf(UsageError)
    },
  )
})
