import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openChdb } from '../../src/store/chdb-store.ts'
import { targets } from '../../src/store/ddl.ts'
import { migrate, migrationStatements, printedMigration, schemaVersion } from '../../src/store/migrate.ts'
import type { ChainRow, SpanRow, ToolLatencyRow } from '../../src/store/queries.ts'
import { applyRetention } from '../../src/store/retention.ts'
import { storeOver } from '../../src/store/stores.ts'
import type { Transport } from '../../src/store/transport.ts'
import { startClickHouseHttp } from '../fixtures/clickhouse-http/clickhouse-http.ts'
import { runModule } from '../journal/child-process.ts'
import { all } from './recorded-home.ts'
import { temporaryFolder } from './temporary-folder.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

async function withDatabase(act: (database: Transport) => Promise<void>): Promise<void> {
  const database = await openChdb(folder.path)
  try {
    await act(database)
  } finally {
    await database.close()
  }
}

/** Every table and view as the engine has it; the order of indexes and settings is no matter. */
async function definitions(database: Transport): Promise<Readonly<Record<string, readonly string[]>>> {
  const sql = 'SELECT name, create_table_query AS sql FROM system.tables WHERE database = currentDatabase()'
  const rows = await all(database.select<{ name: string; sql: string }>(sql, {}))
  return Object.fromEntries(rows.map(({ name, sql }) => [name, sql.split(/[ ,()]+/).sort()]))
}

const versions = (database: Transport) =>
  all(database.select('SELECT DISTINCT version, target FROM schema_versions ORDER BY version', {}))

describe('the statements', () => {
  test('for every target parse, and are those that were looked at', () =>
    withDatabase(async (database) => {
      for (const target of targets) {
        for (const statement of migrationStatements(target, 1))
          await database.execute(`EXPLAIN AST ${statement}`)
        await expect(printedMigration(target, { spans: 90 })).toMatchFileSnapshot(`migrations/${target}.sql`)
      }
    }))

  test('of a cluster name the shard of every table that has one, and run nowhere else', () => {
    const [plain, cluster] = [migrationStatements('cloud', 1), migrationStatements('cluster', 1)]
    expect(
      cluster.filter((sql) => /^(CREATE|ALTER)/.test(sql) && !sql.includes("ON CLUSTER '{cluster}'")),
    ).toEqual([])
    expect(cluster.filter((sql) => /= (Replacing)?MergeTree/.test(sql))).toEqual([])
    expect(plain.filter((sql) => /fsync|CLUSTER|Replicated|Distributed/.test(sql))).toEqual([])
  })

  test('may be run again, and by two at once, one statement of each after the other', () =>
    withDatabase(async (database) => {
      for (const statement of migrationStatements('local', 1)) {
        await database.execute(statement)
        await database.execute(statement)
      }
      expect(await migrate(database, 'local')).toBe('local')
      expect(await versions(database)).toEqual([{ version: schemaVersion, target: 'local' }])
      const made = await definitions(database)
      await migrate(database, 'cloud')
      expect(await definitions(database)).toEqual(made)
      // Whoever made them was killed before it was done, and may have been an older program.
      for (const lost of [
        'ALTER TABLE spans DROP INDEX by_at',
        'DROP TABLE links',
        'DROP TABLE schema_versions',
      ])
        await database.execute(lost)
      await migrate(database, 'local')
      expect(await definitions(database)).toEqual(made)
    }))
})

test('two processes that open an empty server at once make its tables once', async () => {
  const server = await startClickHouseHttp({ directory: folder.path })
  const processes = [1, 2].map(() => runModule('test/store/migrate-process.ts', [`${server.url}/together`]))
  await Promise.all(processes.map(({ child }) => once(child.stdout, 'data')))
  for (const { child } of processes) child.stdin.write('go\n')
  expect(await Promise.all(processes.map(({ closed }) => closed))).toEqual(
    processes.map(() => ({ code: 0, signal: null })),
  )
  const asked = async (query: string) =>
    (await fetch(`${server.url}/?database=together`, { method: 'POST', body: query })).text()
  expect(await asked('SELECT DISTINCT version, target FROM schema_versions')).toBe(
    `${schemaVersion}\tserver\n`,
  )
  expect(await asked('SELECT count() FROM chain_summaries')).toBe('0\n')
  await server.close()
})

const v1 = readFileSync('test/fixtures/schema-v1/tables.sql', 'utf8').split(/;\n+/).filter(Boolean)
const rowsOfV1 = [
  `INSERT INTO spans (span, session, chain, parent, kind, at, duration_ms, server, name, outcome, input, tier, attributes) VALUES
    ('m', 's1', 'c1', NULL, 'model', '2026-11-20 10:00:00', 900, NULL, 'openai:x', 'ok', 'Which port?', NULL, {}),
    ('t', 's2', 'c2', NULL, 'tool', '2026-11-20 10:00:01', 20, 'files', 'files/read', 'tool', '', 4, {'call_id': 'x'})`,
  "INSERT INTO chain_index (chain, session, at, span) VALUES ('c1', 's1', '2026-11-20 10:00:00', 'm'), ('c2', 's2', '2026-11-20 10:00:01', 't')",
  "INSERT INTO chain_aliases (chain, root, at, seq, link) VALUES ('c2', 'c1', '2026-11-20 10:00:02', 1, 'l')",
  "INSERT INTO links (id, session, at, type, from_span, to_span, tier, evidence, candidates, linker) VALUES ('l', 's2', '2026-11-20 10:00:02', 'caused', 'm', 't', 4, '{}', ['m'], 2)",
]

describe('a database of version 1 with rows', () => {
  beforeEach(() =>
    withDatabase(async (database) => {
      for (const statement of [...v1, ...rowsOfV1]) await database.execute(statement)
      await migrate(database, 'local')
    }),
  )

  test('has the tables of a new one', () =>
    withDatabase(async (database) => {
      const migrated = await definitions(database)
      await database.execute('CREATE DATABASE fresh')
      await database.close()
      folder.remove()
      folder = temporaryFolder()
      await withDatabase(async (fresh) => {
        await migrate(fresh, 'local')
        expect(migrated).toEqual(await definitions(fresh))
      })
    }))

  test('lists its chains, joined as they were, and shows their spans', () =>
    withDatabase(async (database) => {
      const store = storeOver(database)
      expect(await all(store.query<ChainRow>('chains'))).toMatchObject([
        { chain: 'c1', spans: 2, sessions: 2, errors: 1, tier: 4, prompt: 'Which port?', duration_ms: 1020 },
      ])
      expect(await all(store.query<SpanRow>('chain_spans', { chain: 'c1' }))).toHaveLength(2)
      expect(await all(store.query<ToolLatencyRow>('tool_latencies'))).toMatchObject([
        { name: 'files/read', calls: [1], p95: [20] },
      ])
    }))

  test('is read by what knows the columns of the OpenTelemetry exporter: one trace for a joined chain', () =>
    withDatabase(async (database) => {
      expect(await all(database.select(traceQuery('c1'), {}))).toMatchObject([
        { spanID: 'm', serviceName: 'openai', operationName: 'chat openai:x', duration: 900, statusCode: 0 },
        {
          spanID: 't',
          serviceName: 'files',
          operationName: 'tools/call files/read',
          duration: 20,
          statusCode: 2,
        },
      ])
      const [columns, types] = [
        await all(
          database.select<Column>("SELECT name, type FROM system.columns WHERE table = 'otel_traces'", {}),
        ),
        exporterColumns,
      ]
      expect(Object.fromEntries(columns.map(({ name, type }) => [name, type]))).toMatchObject(types)
    }))
})

interface Column {
  readonly name: string
  readonly type: string
}

/** As Grafana's plugin asks for a trace in its OpenTelemetry mode. */
const traceQuery = (trace: string) => `
WITH '${trace}' AS trace_id,
  (SELECT min(Start) FROM otel_traces_trace_id_ts WHERE TraceId = trace_id) AS trace_start,
  (SELECT max(End) + 1 FROM otel_traces_trace_id_ts WHERE TraceId = trace_id) AS trace_end
SELECT "TraceId" AS traceID, "SpanId" AS spanID, "ParentSpanId" AS parentSpanID, "ServiceName" AS serviceName,
  "SpanName" AS operationName, multiply(toUnixTimestamp64Nano("Timestamp"), 0.000001) AS startTime,
  multiply("Duration", 0.000001) AS duration,
  arrayMap(key -> map('key', key, 'value', "SpanAttributes"[key]), mapKeys("SpanAttributes")) AS tags,
  arrayMap(key -> map('key', key, 'value', "ResourceAttributes"[key]), mapKeys("ResourceAttributes")) AS serviceTags,
  if("StatusCode" IN ('Error', 'STATUS_CODE_ERROR'), 2, 0) AS statusCode,
  arrayMap((name, timestamp, attributes) -> tuple(name, toString(timestamp), attributes), "Events.Name", "Events.Timestamp",
    "Events.Attributes") AS logs,
  arrayMap((linked, span) -> tuple(linked, span), "Links.TraceId", "Links.SpanId") AS references
FROM otel_traces
WHERE traceID = trace_id AND "Timestamp" >= trace_start AND "Timestamp" <= trace_end
ORDER BY startTime
LIMIT 1000`

const exporterColumns = {
  Timestamp: "DateTime64(9, 'UTC')",
  TraceId: 'String',
  SpanId: 'String',
  ParentSpanId: 'String',
  TraceState: 'String',
  ResourceAttributes: 'Map(LowCardinality(String), String)',
  SpanAttributes: 'Map(LowCardinality(String), String)',
  Duration: 'UInt64',
  StatusMessage: 'String',
  'Events.Timestamp': 'Array(DateTime64(9))',
  'Links.TraceId': 'Array(String)',
}

test('what runs of a database of version 5 graded again is read from their entries', () =>
  withDatabase(async (database) => {
    await migrate(database, 'local')
    const entry = (seq: number, data: object) =>
      `('l', ${seq}, now64(6), 'run_started', '', '${JSON.stringify({ v: 1, data })}')`
    const entries = [entry(0, { run: 'old' }), entry(1, { run: 'again', rescores: 'old', graders: 2 })]
    for (const statement of [
      'ALTER TABLE runs DROP COLUMN rescores, DROP COLUMN graders',
      'TRUNCATE TABLE schema_versions',
      "INSERT INTO schema_versions (version, target) VALUES (5, 'local')",
      `INSERT INTO entries (log, seq, at, kind, session, line) VALUES ${entries.join(', ')}`,
      "INSERT INTO runs (run, event) VALUES ('old', 'started'), ('again', 'started'), ('again', 'finished')",
    ])
      await database.execute(statement)
    await migrate(database, 'local')
    const rows = 'SELECT run, event, rescores, graders FROM runs ORDER BY run, event'
    expect(await all(database.select(rows, {}))).toEqual([
      { run: 'again', event: 'started', rescores: 'old', graders: 2 },
      { run: 'again', event: 'finished', rescores: '', graders: 0 },
      { run: 'old', event: 'started', rescores: '', graders: 0 },
    ])
  }))

describe('retention', () => {
  const spansAt = (at: string) =>
    `INSERT INTO spans (span, session, chain, kind, at, name, outcome) VALUES ('${at}', 's', 'c', 'tool', '${at} 10:00:00', 'n', 'ok')`
  const kept = (database: Transport) => all(database.select<{ span: string }>('SELECT span FROM spans', {}))

  test('lets go of what is older, a month as a whole, and of nothing once it is taken back', () =>
    withDatabase(async (database) => {
      await migrate(database, 'local')
      for (const at of ['2001-01-01', '2199-01-01']) await database.execute(spansAt(at))
      expect(await applyRetention(database, {}, 'local')).toEqual([])
      expect(await applyRetention(database, { spans: 90 }, 'local')).toEqual([
        'spans',
        'chain_index',
        'chain_summaries',
      ])
      expect(await applyRetention(database, { spans: 90 }, 'local')).toEqual([])
      await database.execute('OPTIMIZE TABLE spans FINAL')
      expect(await kept(database)).toEqual([{ span: '2199-01-01' }])
      expect(await applyRetention(database, { evaluations: 30 }, 'local')).toHaveLength(5)
      await database.execute(spansAt('2001-01-01'))
      await database.execute('OPTIMIZE TABLE spans FINAL')
      expect(await kept(database)).toHaveLength(2)
    }))
})
