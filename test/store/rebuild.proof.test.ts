import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sealDeadLogs } from '../../src/journal/audit/seal-logs.ts'
import { type Home, openHome } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { noteOfThisProcess } from '../../src/journal/recorder-process.ts'
import { ingestCheckpoints } from '../../src/store/checkpoint-rows.ts'
import { rebuildStore } from '../../src/store/rebuild.ts'
import { tables } from '../../src/store/schema.ts'
import { migrateStore, openStore } from '../../src/store/stores.ts'
import { observedSession } from '../chain/observed-session.ts'
import { startClickHouseHttp } from '../fixtures/clickhouse-http/clickhouse-http.ts'
import { all, ingestHome, openLog, recordTrial } from './recorded-home.ts'
import { beginRun } from './recorded-run.ts'
import { callId, recordCall, recordTurn } from './recorded-turn.ts'
import { rawDatabase } from './rollups.ts'
import { temporaryFolder } from './temporary-folder.ts'

let folder: ReturnType<typeof temporaryFolder>
let home: Home

beforeEach(() => {
  folder = temporaryFolder()
  home = openHome(folder.path)
})
afterEach(() => folder.remove())

/** Of everything something: joined sessions, a run, one that was killed with a call open, a session over several batches. */
function record(at: Home): void {
  recordTurn(at, [{ span: 'd', callId }])
  recordCall(at, { callId })
  const journal = openLog(at)
  beginRun(journal).finish()
  recordTrial(journal, 'long', { turns: 6 }).close()
  const killed = observedSession(journal)
  killed.request('answered')
  recordTrial(journal, 'between', { turns: 2 }).close()
  killed.result('answered')
  killed.request('open')
  journal.close()
}

async function ingestAndSeal(at: Home, batchEntries?: number): Promise<void> {
  const store = await openStore({ home: at.path })
  await ingestHome(at.path, store, batchEntries)
  sealDeadLogs(at)
  await ingestCheckpoints(at, store)
  await store.close()
}

/** All rows of every table, as lines; of rollups those that count. */
async function rowsOf(at: Pick<Home, 'database'>): Promise<Record<string, readonly string[]>> {
  const database = await rawDatabase(at)
  const rows: Record<string, readonly string[]> = {}
  for (const [table, { latestBy }] of Object.entries(tables)) {
    const columns = latestBy
      ? `* EXCEPT version${table === 'tool_rollups' ? ' REPLACE finalizeAggregation(duration) AS duration' : ''}`
      : '*'
    const sql = `SELECT ${columns} FROM ${table}${latestBy ? ' FINAL' : ''}`
    rows[table] = (await all(database.select<object>(sql, {}))).map((row) => JSON.stringify(row)).sort()
  }
  await database.close()
  return rows
}

async function rebuild(
  at: Home,
  options: Parameters<typeof rebuildStore>[0] = { home: at.path },
  batchEntries?: number,
  dropForeign?: boolean,
) {
  const links = openLog(at)
  try {
    const ingesting = { links, lock: at.ingestLock, batchEntries, dropForeign }
    return await rebuildStore(options, readJournal(at), ingesting)
  } finally {
    links.close()
  }
}

async function change(at: Home, ...statements: readonly string[]): Promise<void> {
  await damage(at, ...statements.map((statement) => `${statement} SETTINGS mutations_sync = 2`))
}

async function damage(at: Home, ...statements: readonly string[]): Promise<void> {
  const database = await rawDatabase(at)
  for (const statement of statements) await database.execute(statement)
  await database.close()
}

async function read<T>(sql: string): Promise<readonly T[]> {
  const database = await rawDatabase(home)
  try {
    return await all(database.select<T>(sql, {}))
  } finally {
    await database.close()
  }
}

/** How many spans the views show, where both are what they should be. */
async function spansInViews(): Promise<unknown> {
  const [counts] = await read<{ spans: number }>(`SELECT toFloat64(count(SpanName)) AS spans FROM otel_traces
WHERE (SELECT count(Start) FROM otel_traces_trace_id_ts) > 0`)
  return counts?.spans
}

describe('a database made anew from the journal', () => {
  test('is equal row for row in every table, and nothing is written to the journal', async () => {
    record(home)
    await ingestAndSeal(home, 50)
    const there = await rowsOf(home)
    for (const [table, rows] of Object.entries(there)) expect(rows.length, table).toBeGreaterThan(0)
    const report = await rebuild(home, undefined, 30)
    expect(report).toMatchObject({ links: 0, heldBy: null })
    expect(report.tables.spans).toEqual({ before: there.spans?.length, after: there.spans?.length })
    expect(await rowsOf(home)).toEqual(there)
    await ingestAndSeal(home)
    expect(await rowsOf(home)).toEqual(there)
  })

  test('has again what was lost or changed in the old one, and keeps rows as long', async () => {
    record(home)
    await migrateStore({ home: home.path }, { retention: { spans: 365 } })
    await ingestAndSeal(home)
    const there = await rowsOf(home)
    await change(
      home,
      "ALTER TABLE spans DELETE WHERE kind = 'tool'",
      "ALTER TABLE links UPDATE evidence = '{}' WHERE 1",
      'ALTER TABLE chain_summaries DELETE WHERE 1',
    )
    expect(await rowsOf(home)).not.toEqual(there)
    await rebuild(home)
    expect(await rowsOf(home)).toEqual(there)
    const { retained } = await migrateStore({ home: home.path }, { retention: { spans: 365 } })
    expect(retained).toEqual([])
  })

  test('on a server too, in the database that the URL names, and what other homes have there is dropped on demand alone', async () => {
    record(home)
    const directory = `${folder.path}/server`
    mkdirSync(directory)
    const server = await startClickHouseHttp({ directory })
    const options = { home: home.path, url: `${server.url}/recorded` }
    const store = await openStore(options)
    await ingestHome(home.path, store)
    const chains = await all(store.query('chains'))
    const { tables } = await rebuild(home, options)
    expect(tables.spans?.after).toBe(tables.spans?.before)
    expect(await all(store.query('chains'))).toEqual(chains)

    const other = openHome(`${folder.path}/other`)
    record(other)
    await ingestHome(other.path, store)
    const shared = await all(store.query('chains'))
    await expect(rebuild(home, options)).rejects.toThrow(/entries of \d+ logs that are not of this home/)
    expect(await all(store.query('chains'))).toEqual(shared)
    await rebuild(home, options, undefined, true)
    expect(await all(store.query('chains'))).toEqual(chains)
    await store.close()
    await server.close()
  })
})

test('lacking a table, the old one is not read; it is mended, and made anew whatever has become of it', async () => {
  record(home)
  await ingestAndSeal(home)
  const { checkpoints, ...there } = await rowsOf(home)
  await damage(
    home,
    'DROP TABLE spans SYNC',
    'DROP TABLE gates SYNC',
    'DROP VIEW otel_traces_trace_id_ts SYNC',
    'CREATE OR REPLACE VIEW otel_traces AS SELECT 1',
  )
  await expect(openStore({ home: home.path })).rejects.toThrow(
    'the database lacks 2 tables: spans, gates: calltrail store rebuild makes it anew',
  )
  const mended = await migrateStore({ home: home.path }, { retention: {} })
  expect(mended.missing).toEqual(['spans', 'gates'])
  expect(await spansInViews()).toBe(0)
  await damage(
    home,
    'DROP TABLE spans SYNC',
    'DROP TABLE links SYNC',
    'CREATE VIEW links AS SELECT 1',
    'CREATE OR REPLACE VIEW otel_traces AS SELECT 1',
    'ALTER TABLE entries RENAME COLUMN line TO words',
  )
  await expect(openStore({ home: home.path })).rejects.toThrow(
    /the database lacks the table spans, and \d+ columns: entries.line, links.id, /,
  )
  await expect(migrateStore({ home: home.path }, { retention: {} })).rejects.toThrow(/lacks \d+ columns: /)
  expect((await rebuild(home)).tables.spans).toEqual({ before: 0, after: there.spans?.length })
  expect(await rowsOf(home)).toEqual({ ...there, checkpoints })
  expect(await spansInViews()).toBe(there.spans?.length)

  writeFileSync(`${home.database}/metadata/default/spans.sql`, 'no statement')
  await expect(openStore({ home: home.path })).rejects.toThrow('cannot be opened: calltrail store rebuild')
  const { setAside, tables } = await rebuild(home)
  expect(tables.spans).toEqual({ before: null, after: there.spans?.length })
  expect(existsSync(`${setAside}/metadata/default/spans.sql`)).toBe(true)
  expect(await rowsOf(home)).toEqual({ ...there, checkpoints: [] })
})

test.each(['schema_versions', 'checkpoints', 'spans'])(
  'a file of %s that is not what was written is told of, and made anew',
  async (table) => {
    record(home)
    await ingestAndSeal(home)
    const { spans } = await rowsOf(home)
    for (const { path } of await read<{ path: string }>(
      `SELECT path FROM system.parts WHERE active AND table = '${table}'`,
    )) {
      const file = `${path}data.bin`
      writeFileSync(file, readFileSync(file).fill('garbage', 3, 20))
    }
    await expect(read(`SELECT * FROM ${table}`)).rejects.toThrow(
      /a file of the database is not what was written .*: calltrail store rebuild makes it anew/,
    )
    const { setAside } = await rebuild(home)
    expect(setAside === null).toBe(table === 'spans')
    expect((await rowsOf(home)).spans).toEqual(spans)
    await expect(read(`SELECT * FROM ${table}`)).resolves.toBeDefined()
  },
)

test('a copy without its symbolic links is told of, and made anew', async () => {
  record(home)
  await ingestAndSeal(home)
  const { spans } = await rowsOf(home)
  const copy = `${home.database}-copied`
  cpSync(home.database, copy, { recursive: true, dereference: true })
  rmSync(home.database, { recursive: true })
  renameSync(copy, home.database)
  await expect(openStore({ home: home.path })).rejects.toThrow(
    /was copied without its symbolic links: calltrail store rebuild makes it anew/,
  )
  await rebuild(home)
  expect((await rowsOf(home)).spans).toEqual(spans)
})

test('one that fails leaves the old database as it was, and the next one succeeds', async () => {
  record(home)
  await ingestAndSeal(home)
  const there = await rowsOf(home)
  const links = openLog(home)
  const failing = { links, lock: home.ingestLock, batchEntries: 40 }
  const onProgress = (entries: number) => {
    if (entries > 60) throw new Error('the disk is full')
  }
  const rebuilding = rebuildStore({ home: home.path }, readJournal(home), { ...failing, onProgress })
  await expect(rebuilding).rejects.toThrow('the disk is full')
  links.close()
  expect(await rowsOf(home)).toEqual(there)
  await rebuild(home)
  expect(await rowsOf(home)).toEqual(there)
})

test('while another process ingests, it is told so and nothing is touched', async () => {
  writeFileSync(home.ingestLock, JSON.stringify({ ...noteOfThisProcess(), pid: process.ppid, start: null }))
  await expect(rebuild(home)).rejects.toThrow(`process ${process.ppid} is ingesting`)
})
