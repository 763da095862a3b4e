import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ClickHouseClient, createClient } from '@clickhouse/client'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listsOf } from '../../src/store/lists.ts'

/** What a ClickHouse server takes as one field: `http_max_field_value_size`. */
const maxField = 128 * 1024

let client: ClickHouseClient
/** Bytes of the list that came last. */
let received = 0
const server = createServer(async (request, response) => {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const body = Buffer.concat(await request.toArray())
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const isForm = headers['content-type'].startsWith('multipart/')
  const fields = isForm ? await new Response(new Uint8Array(body), { headers }).formData() : searchParams
  received = Buffer.byteLength(String(fields.get('param_values')))
  response.end()
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  client = createClient({ url: `http://127.0.0.1:${port}`, use_multipart_params_auto: true })
})
afterAll(async () => {
  await client.close()
  server.close()
})

async function fieldOf(values: readonly string[]): Promise<number> {
  const answer = await client.query({ query: 'SELECT {values:Array(String)}', query_params: { values } })
  await answer.text()
  return received
}

test('a list is no longer than a server takes, whatever is in it', async () => {
  const text = fc.oneof(
    fc.uuid(),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom("'", '\\', '\t', '\n', '語', '🙂').map((unit) => unit.repeat(1_000)),
  )
  const texts = fc.array(text, { minLength: 300, maxLength: 900, size: 'max' })
  const longest = fc.asyncProperty(texts, async (values) => {
    const lists = [...listsOf(values)]
    expect(lists.flat()).toEqual(values)
    for (const list of lists) expect(await fieldOf(list)).toBeLessThanOrEqual(maxField)
  })
  await fc.assert(longest, { numRuns: 5 })
})

test('ids fill a list to the last one that a server takes', async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => index.toString(16).padStart(32, '0'))
  const [first = []] = listsOf(ids)
  expect(await fieldOf(first)).toBeLessThanOrEqual(maxField)
  expect(await fieldOf(ids.slice(0, first.length + 1))).toBeGreaterThan(maxField)
})

test('what is too long for any list has one of its own', () => {
  const long = 'b'.repeat(maxField)
  expect([...listsOf(['a', long, 'c'])]).toEqual([['a'], [long], ['c']])
  expect([...listsOf([long])]).toEqual([[long]])
})
