import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { homeAt } from '../../src/journal/home.ts'
import { leafHash } from '../../src/journal/leaf.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { all } from '../contracts/journal.ts'
import { sampleEntries } from './sample-entries.ts'
import { openTestJournal, temporaryHome } from './temporary-home.ts'

const folder = join(import.meta.dirname, '../fixtures/journal-v1')
const [log = ''] = readdirSync(join(folder, 'journal'))
const bytes = (file: string) => readFileSync(join(folder, 'journal', log, file))
const reader = readJournal(homeAt(folder))
const samples = sampleEntries(() => ({ digest: '', bytes: 0 }))

test('the lines of the golden journal are read as they are, and their leaves are the hashes of the bytes', async () => {
  const read = await all(reader.entries(log, 0))
  const stored = bytes('000000000000.jsonl')
  expect(Buffer.from(read.map(({ line }) => `${line}\n`).join(''))).toEqual(stored)
  const leaves = readFileSync(join(folder, 'leaves.txt'), 'utf8').trimEnd().split('\n')
  expect(read.map(({ line }) => leafHash(line))).toEqual(leaves)
  const first = Buffer.concat([Buffer.of(0), stored.subarray(0, stored.indexOf(0x0a))])
  expect(createHash('sha256').update(first).digest('hex')).toBe(leaves[0])
})

test('it holds every kind of entry, one that nobody knows and a field that nobody knows', async () => {
  const entries = (await all(reader.entries(log, 0))).map(({ entry }) => entry)
  expect(entries.map(({ kind }) => kind)).toEqual([...Object.keys(samples), 'weather', 'loss'])
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index))
  expect(entries.at(-2)?.data).toEqual({ sky: 'clear', degrees: 21.5 })
  expect(entries.at(-1)?.data).toHaveProperty('severity', { level: 3 })
})

test('its bodies are the texts whose salted hashes its entries hold', async () => {
  const lines = bytes('bodies-000000000000000.jsonl').toString().trimEnd().split('\n')
  const packed = lines.map((line) => JSON.parse(line))
  for (const { digest, salt, text } of packed)
    expect(createHash('sha256').update(`${salt}${text}`).digest('hex')).toBe(digest)
  const bodies = (await all(reader.bodies(log, 0))).map(({ body }) => body)
  expect(bodies).toEqual(packed.map(({ digest, text, bytes }) => ({ digest, text, bytes })))
  const request = (await all(reader.entries(log, 2)))[0]?.entry
  expect(request?.data).toHaveProperty('prompt', { digest: bodies[1]?.digest, bytes: bodies[1]?.bytes })
})

test('what is written today has the same envelope, in the same order', async () => {
  const home = temporaryHome()
  const journal = openTestJournal(home)
  journal.append('loss', null, samples.loss)
  journal.flush()
  const [now] = await all(readJournal(home).entries(journal.log, 0))
  const golden = (await all(reader.entries(log, 10)))[0]
  const withoutIdentity = (line = '') => line.replace(/"log":"[^"]+","seq":\d+,"at":"[^"]+"/, '')
  expect(withoutIdentity(now?.line)).toBe(withoutIdentity(golden?.line))
})
