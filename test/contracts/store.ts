import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { InfrastructureError } from '../../src/errors.ts'
import type {
  BodyRow,
  EntryCountRow,
  EntryLineRow,
  QueryName,
  SpanRow,
  ToolLatencyRow,
} from '../../src/store/queries.ts'
import { queries } from '../../src/store/queries.ts'

export interface OpenedStore {
  readonly store: Store<QueryName>
  /** The same database, opened again while the first is open, or after it was closed. */
  reopen(): Promise<Store<QueryName>>
  close(): Promise<void>
}

const at = '2026-11-20 02:14:07.123456'
const entry = (log: string, seq: number, line = `{"seq":${seq}}`) => ({
  log,
  seq,
  at,
  kind: 'loss',
  session: '',
  line,
})
const hostile = [
  "x'); DROP TABLE bodies; --",
  'a\\b\'c"d`e',
  'tab\there\nand a line\r\n',
  'nul \0 byte',
  'Größe 😀 \u2028 {p:String}',
  '',
  "['a','b']",
]

/** What holds for every way to a database. All tests share one. */
export function describeStoreContract(name: string, create: () => Promise<OpenedStore>): void {
  describe(`the store ${name}`, () => {
    let opened: OpenedStore
    beforeAll(async () => {
      opened = await create()
    })
    afterAll(() => opened.close())
    const ask = <T>(query: QueryName, params = {}) => all(opened.store.query<T>(query, params))

    test('every query runs, and answers an empty list where there is nothing yet', async () => {
      const missing = {
        values: ['none'],
        log: 'none',
        session: 'none',
        chain: 'none',
        run: 'none',
        runs: ['none'],
        trials: ['none'],
        prefix: 'none',
        since: '2999-01-01T00:00:00Z',
        text: 'none',
        until: '1971-01-01T00:00:00Z',
        servers: ['none'],
        sessions: ['none'],
        project: 'none',
        suites: ['none'],
        models: ['none'],
        exposures: ['none'],
        ...{ size: 1, repetitions: 1 },
        ...{ min_cost: 0.5, priced: ['none'] },
        ...{ per_read: [1], per_input: [2.5e-7], per_output: [1], per_cache_read: [0], per_cache_write: [1] },
      }
      for (const query of Object.keys(queries) as QueryName[]) {
        const rows = await ask(query, { ...missing, digest: 'none' })
        const isCount = /^(?:entry_counts|body_offsets|body_counts|rows_|retired_segments|retained)/.test(
          query,
        )
        if (!isCount) expect(rows, query).toEqual([])
      }
    })

    test('rows come back as they were appended, to the letter', async () => {
      const bodies = hostile.map((text, index) => ({
        digest: `letter-${index}`,
        text,
        bytes: 1,
        log: 'a',
        next_offset: index,
      }))
      await opened.store.append({ bodies })
      const read = await ask<BodyRow>('bodies', { values: bodies.map(({ digest }) => digest) })
      expect(read.sort((a, b) => (a.digest < b.digest ? -1 : 1))).toEqual(
        bodies.map(({ digest, text }) => ({ digest, text })),
      )
    })

    test('so do lines of entries, with tabs and ends of lines in them or without', async () => {
      const plain = hostile.filter((text) => !text.includes('\t'))
      for (const [log, lines] of Object.entries({ plain: [...plain, '\\N', 'x'], mixed: hostile })) {
        await opened.store.append({ entries: lines.map((line, seq) => entry(log, seq, line)) })
        const rows = await ask<EntryLineRow>('entry_lines', { log })
        expect(rows.map(({ line }) => line)).toEqual(lines)
      }
    })

    test('half a surrogate pair spoils no insert', async () => {
      const text = JSON.parse('"cut \\ud83d here"')
      await opened.store.append({ bodies: [{ digest: 'half', text, bytes: 1, log: 'a', next_offset: 1 }] })
      expect(await ask<BodyRow>('body', { digest: 'half' })).toEqual([
        { digest: 'half', text: 'cut \ufffd here' },
      ])
    })

    test.each(hostile)('a parameter is a value, whatever it says: %j', async (digest) => {
      await opened.store.append({ bodies: [{ digest, text: 'found', bytes: 1, log: 'a', next_offset: 1 }] })
      expect(await ask<BodyRow>('body', { digest })).toEqual([{ digest, text: 'found' }])
      expect(await ask<BodyRow>('bodies', { values: [digest, 'nothing'] })).toHaveLength(1)
    })

    test('a list parameter may be longer than an address', async () => {
      const values = Array.from({ length: 1_900 }, (_, index) => `${'0'.repeat(60)}${index}`)
      const body = { digest: values[1_899], text: 'the last', bytes: 1, log: 'a', next_offset: 1 }
      await opened.store.append({ bodies: [body] })
      expect(await ask<BodyRow>('bodies', { values })).toEqual([{ digest: values[1_899], text: 'the last' }])
    })

    test('more rows than one insert holds are all inserted, and streamed back in order', async () => {
      const rows = Array.from({ length: 25_000 }, (_, seq) => entry('many', seq))
      await opened.store.append({ entries: rows })
      let next = 0
      for await (const { seq } of opened.store.query<EntryLineRow>('entry_lines', { log: 'many' }))
        expect(seq).toBe(next++)
      expect(next).toBe(25_000)
    })

    test('a reader may leave early, and the next one is answered', async () => {
      for await (const { seq } of opened.store.query<EntryLineRow>('entry_lines', { log: 'many' }))
        if (seq === 3) break
      expect(await ask<EntryLineRow>('entry_lines', { log: 'many', from: 24_999 })).toHaveLength(1)
    })

    test('queries run inside one another', async () => {
      let count = 0
      for await (const { log } of opened.store.query<EntryCountRow>('entry_counts'))
        for await (const _ of opened.store.query<EntryLineRow>('entry_lines', { log })) count += 1
      expect(count).toBeGreaterThan(0)
    })

    test('times come back in UTC to the microsecond, unknown numbers as null', async () => {
      await opened.store.append({ spans: [{ ...span, at, input: 'Read Config.yaml', output: '' }] })
      const [read] = await ask<SpanRow>('session_spans', { session: span.session })
      expect(read).toMatchObject({ at: '2026-11-20T02:14:07.123456Z', duration_ms: null, read_only: true })
      expect(read).toMatchObject({ attributes: { call_id: 'x' }, input: 'Read Config.yaml', user: 'müller' })
    })

    test('calls of a tool come hour by hour, oldest first, as they were last counted', async () => {
      const from = Date.parse('2026-11-18T00:00:00Z') / 1000
      const hours = [5, 0, 30].map((hour) => from + hour * 3_600)
      for (const [index, hour] of hours.entries()) {
        const time = new Date((hour + 60) * 1000).toISOString()
        const call = { ...span, name: 'slow/call', server: 'slow', duration_ms: 100 * (index + 1) }
        for (const outcome of ['ok', 'tool']) {
          const each = { at: time, span: `${outcome}-${hour}`, outcome, input: '', output: '' }
          await opened.store.append({ spans: [{ ...call, ...each }] })
          const day = { from: '2026-11-18 00:00:00', to: '2026-11-20 00:00:00' }
          await opened.store.refresh('tool_rollups', { ...day, hours })
        }
      }
      expect(await ask<ToolLatencyRow>('tool_latencies', { since: '2026-11-18T00:30:00Z' })).toEqual([
        {
          ...{ server: 'slow', name: 'slow/call', buckets: [from + 5 * 3_600, from + 30 * 3_600] },
          ...{ calls: [2, 2], errors: [1, 1], p50: [100, 300], p95: [100, 300], p99: [100, 300] },
        },
      ])
    })

    test('a row that does not fit is an error that says so, and inserts nothing', async () => {
      const rows = [entry('bad', 0), { ...entry('bad', 1), seq: 'no number' }]
      await expect(opened.store.append({ entries: rows })).rejects.toThrow(InfrastructureError)
      expect(await ask('entry_lines', { log: 'bad' })).toEqual([])
    })

    test('a missing parameter is an error, and the store goes on', async () => {
      await expect(ask('body')).rejects.toThrow(InfrastructureError)
      expect(await ask('body', { digest: 'nothing' })).toEqual([])
    })

    test('opened again it has its rows, and its tables are made once', async () => {
      const again = await opened.reopen()
      expect(await all(again.query('entry_lines', { log: 'many', from: 24_999 }))).toHaveLength(1)
      await again.close()
    })
  })
}

const span = {
  span: 'contract-span',
  session: 'contract-session',
  chain: 'contract-chain',
  parent: null,
  kind: 'tool',
  duration_ms: null,
  server: 'files',
  name: 'files/read',
  outcome: 'ok',
  message: null,
  user: 'müller',
  read_only: true,
  identity: '{}',
  attributes: { call_id: 'x' },
}

async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const row of rows) collected.push(row)
  return collected
}
