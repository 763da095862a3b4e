import { describe, expect, test } from 'vitest'
import type { JournalReader, JournalWriter, StoredEntry } from '../../src/domain/journal.ts'

/** A journal of one home, to which any number of writers may be opened. */
export interface JournalUnderTest {
  readonly openWriter: () => JournalWriter
  readonly reader: JournalReader
}

/** What writer and reader promise each other (src/domain/journal.ts), whatever lies between them. */
export function describeJournalContract(name: string, create: () => JournalUnderTest): void {
  describe(`journal: ${name}`, () => {
    test('what was flushed is read back in order, byte for byte and with a dense seq', async () => {
      const { openWriter, reader } = create()
      const writer = openWriter()
      const appended = Array.from({ length: 50 }, (_, index) => writer.append('loss', null, loss(index)))
      writer.flush()
      const read = await all(reader.entries(writer.log, 0))
      expect(read.map(({ entry }) => entry)).toEqual(appended)
      expect(read.map(({ entry }) => entry.seq)).toEqual(appended.map((_, index) => index))
      expect(read.map(({ line }) => line)).toEqual(appended.map((entry) => JSON.stringify(entry)))
    })

    test('an entry is read once it was flushed, by hand or soon after', async () => {
      const { openWriter, reader } = create()
      const writer = openWriter()
      writer.append('loss', null, loss(1))
      await expect.poll(() => all(reader.entries(writer.log, 0))).toHaveLength(1)
    })

    test('reading starts at any seq', async () => {
      const { openWriter, reader } = create()
      const writer = openWriter()
      for (let index = 0; index < 20; index++) writer.append('loss', null, loss(index))
      writer.flush()
      const read = await all(reader.entries(writer.log, 13))
      expect(read.map(({ entry }) => entry.seq)).toEqual([13, 14, 15, 16, 17, 18, 19])
      expect(await all(reader.entries(writer.log, 20))).toEqual([])
    })

    test('a body is stored once, and found from any offset', async () => {
      const { openWriter, reader } = create()
      const writer = openWriter()
      const first = writer.body({ text: 'first' })
      const again = writer.body({ text: 'first' })
      const second = writer.body({ value: { b: 1, a: [2] } })
      writer.flush()
      expect(again.ref).toEqual(first.ref)
      const read = await all(reader.bodies(writer.log, 0))
      expect(read.map(({ body }) => [body.digest, body.text, body.bytes])).toEqual([
        [first.ref.digest, 'first', 5],
        [second.ref.digest, '{"b":1,"a":[2]}', 15],
      ])
      const rest = await all(reader.bodies(writer.log, read[0]?.nextOffset ?? 0))
      expect(rest.map(({ body }) => body.digest)).toEqual([second.ref.digest])
      expect(await all(reader.bodies(writer.log, read[1]?.nextOffset ?? 0))).toEqual([])
    })

    test('a secret is stored nowhere: not in an entry, not in a body, not in what is returned', async () => {
      const { openWriter, reader } = create()
      const writer = openWriter()
      const secret = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`
      const body = writer.body({ json: `{"header":"use ${secret}"}` })
      const entry = writer.append('loss', null, { reason: `failed with ${secret}`, entries: 1, bodies: 0 })
      writer.flush()
      const entries = await all(reader.entries(writer.log, 0))
      const bodies = await all(reader.bodies(writer.log, 0))
      expect(JSON.stringify([body, entry, entries, bodies])).not.toContain(secret)
      expect(entries[0]?.entry).toEqual(entry)
      expect(bodies[0]?.body.text).toBe(body.text)
    })

    test('times never go back', async () => {
      const { openWriter } = create()
      const writer = openWriter()
      const times = Array.from({ length: 2000 }, () => writer.append('loss', null, loss(0)).at)
      expect(times).toEqual([...times].sort())
      expect(times[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
      expect(Math.abs(Date.parse(times[0] ?? '') - Date.now())).toBeLessThan(5_000)
    })

    test('two writers do not disturb each other, and a closed log is not alive', async () => {
      const { openWriter, reader } = create()
      const [one, other] = [openWriter(), openWriter()]
      for (let index = 0; index < 100; index++)
        for (const writer of [one, other]) writer.append('loss', null, loss(index))
      one.close()
      other.flush()
      for (const { log } of [one, other]) {
        const read = await all(reader.entries(log, 0))
        expect(read.map(({ entry }) => entry.seq)).toEqual(Array.from({ length: 100 }, (_, index) => index))
      }
      const alive = new Map((await reader.logs()).map((state) => [state.log, state.alive]))
      expect([alive.get(one.log), alive.get(other.log)]).toEqual([false, true])
    })
  })
}

export const loss = (entries: number) => ({ reason: 'zur Probe: „ÿ€😀"', entries, bodies: 0 })

export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const read: T[] = []
  for await (const item of items) read.push(item)
  return read
}

export function entriesOf(read: readonly StoredEntry[]) {
  return read.map(({ entry }) => entry)
}
