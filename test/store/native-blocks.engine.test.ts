import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Row, TableName } from '../../src/domain/store.ts'
import { InfrastructureError } from '../../src/errors.ts'
import { openHome } from '../../src/journal/home.ts'
import { migrate } from '../../src/store/migrate.ts'
import { nativeBlocks } from '../../src/store/native-blocks.ts'
import { type Table, tables } from '../../src/store/schema.ts'
import { openTransport } from '../../src/store/stores.ts'
import type { Transport } from '../../src/store/transport.ts'
import { all } from './recorded-home.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const recorded = Object.keys(tables).filter((name) => !/summaries|rollups/.test(name)) as TableName[]
let transport: Transport

beforeAll(async () => {
  transport = await openTransport({ home: openHome(folder.path).path })
  await migrate(transport, 'local')
})
afterAll(async () => {
  await transport.close()
  folder.remove()
})

const select = <T>(sql: string) => all(transport.select<T>(sql, {}))

async function insert(table: TableName, rows: readonly Row[]): Promise<void> {
  for (const block of nativeBlocks(table, rows)) await transport.insert(table, block)
}

// Lengths around those at which the number before a text takes another byte, in characters of one to four bytes.
const texts = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ maxLength: 50 }),
  fc
    .tuple(fc.constantFrom('a', 'é', '語', '🙂'), fc.constantFrom(41, 42, 43, 48, 49, 127, 128, 5461, 5462))
    .map(([unit, length]) => unit.repeat(length)),
  fc.constantFrom('', '\t\n\r\0\\', '\\N', 'null', '"', "'"),
)
/** To the microsecond, of two years: the engine takes few months at once. */
const times = fc.bigInt({ min: 1_700_000_000_000_000n, max: 1_763_000_000_000_000n }).map((microseconds) => {
  const at = new Date(Number(microseconds / 1000n)).toISOString()
  return at.replace('Z', `${String(microseconds % 1000n).padStart(3, '0')}Z`)
})

/** Values of a type of the schema. */
function valuesOf(type: string): fc.Arbitrary<unknown> {
  const [, outer = '', inner = ''] = /^(\w+)(?:\((.*)\))?$/s.exec(type.replace(/ CODEC\(.*/, '')) ?? []
  if (outer === 'LowCardinality') return valuesOf(inner)
  if (outer === 'Nullable') return fc.option(valuesOf(inner))
  if (outer === 'Array') return fc.array(valuesOf(inner), { maxLength: 5 })
  if (outer === 'Map')
    return fc.dictionary(fc.string({ maxLength: 20 }), valuesOf(inner.slice(inner.indexOf(', ') + 2)), {
      maxKeys: 5,
      noNullPrototype: true,
    })
  if (outer === 'DateTime64') return times
  if (outer === 'Enum8') return fc.constantFrom('started', 'finished')
  if (outer === 'Bool') return fc.boolean()
  // JSON has no -0.
  if (outer === 'Float64') return fc.double({ noDefaultInfinity: true, noNaN: true }).map((each) => each + 0)
  if (outer === 'Int64') return fc.maxSafeInteger()
  const [, bits] = /^UInt(\d+)$/.exec(outer) ?? []
  return bits ? fc.nat({ max: Math.min(2 ** Number(bits) - 1, Number.MAX_SAFE_INTEGER) }) : texts
}

describe('what is inserted is what the engine makes of the same rows in JSON', () => {
  test.each(recorded)('%s', async (table) => {
    const { columns }: Table = tables[table]
    const values = Object.entries(columns).map(([name, type]) => [name, valuesOf(type)] as const)
    // A row may lack what another has.
    const row = fc.record(Object.fromEntries(values), {
      requiredKeys: ['at', 'event'].filter((name) => name in columns),
    })
    const seed = Date.now()
    const told = `of seed ${seed}`
    const rows = fc.sample(row, { numRuns: 300, seed })
    const json = rows.map((each) => JSON.stringify(each)).join('\n')
    await transport.execute(`CREATE TABLE json_${table} AS ${table}`)
    await transport.insert(`json_${table}`, { format: 'JSONEachRow', bytes: Buffer.from(`${json}\n`) })
    await insert(table, rows)
    expect(await select(`SELECT * FROM ${table} EXCEPT SELECT * FROM json_${table}`), told).toEqual([])
    expect(await select(`SELECT * FROM json_${table} EXCEPT SELECT * FROM ${table}`), told).toEqual([])
    expect(await select(`SELECT toFloat64(count()) AS rows FROM ${table}`)).toEqual([{ rows: 300 }])
  })
})

test('the half of a surrogate pair becomes U+FFFD, and a number beyond all numbers nothing', async () => {
  const at = '2026-11-20T02:14:07.000001Z'
  await insert('scores', [{ run: 'half', at, reason: 'a\ud83d', value: Number.POSITIVE_INFINITY }])
  expect(await select("SELECT reason, value FROM scores WHERE run = 'half'")).toEqual([
    { reason: 'a\ufffd', value: null },
  ])
})

test('many rows, and long ones, come in several blocks, each of them once', async () => {
  const log = 'many'
  const rows = Array.from({ length: 45_000 }, (_, seq) => ({
    log,
    seq,
    at: '2026-11-20T00:00:00Z',
    line: 'l',
  }))
  expect([...nativeBlocks('entries', rows)]).toHaveLength(3)
  await insert('entries', rows)
  const long = [1, 2, 3].map((seq) => ({
    log: 'long',
    seq,
    at: '2026-11-20T00:00:00Z',
    line: 'x'.repeat(9e6),
  }))
  expect([...nativeBlocks('entries', long)]).toHaveLength(3)
  await insert('entries', long)
  const sql = `SELECT log, toFloat64(count()) AS rows, toFloat64(uniqExact(seq)) AS different, toFloat64(sum(length(line))) AS length
FROM entries WHERE log IN ('many', 'long') GROUP BY log ORDER BY log`
  expect(await select(sql)).toEqual([
    { log: 'long', rows: 3, different: 3, length: 27e6 },
    { log: 'many', rows: 45_000, different: 45_000, length: 45_000 },
  ])
})

test.each([{ seq: 'no number' }, { at: 'yesterday' }])(
  '%o is refused, and nothing is inserted',
  async (wrong) => {
    const right = { log: 'wrong', seq: 0, at: '2026-11-20T00:00:00Z' }
    await expect(insert('entries', [right, { ...right, ...wrong }])).rejects.toThrow(InfrastructureError)
    await expect(insert('entries', [{ ...right, ...wrong }])).rejects.toThrow(`entries.${Object.keys(wrong)}`)
    expect(await select("SELECT seq FROM entries WHERE log = 'wrong'")).toEqual([])
  },
)

test('what is no column is left out', async () => {
  await insert('entries', [{ log: 'more', seq: 7, at: '2026-11-20T00:00:00Z', weather: 'fine' }])
  expect(await select("SELECT toFloat64(seq) AS seq FROM entries WHERE log = 'more'")).toEqual([{ seq: 7 }])
})
