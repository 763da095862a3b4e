import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { bodyDigest, type PackedBody } from '../../src/journal/body-pack.ts'
import { readKey } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { all, describeJournalContract, loss } from '../contracts/journal.ts'
import { filesUnder, openTestJournal, temporaryHome } from './temporary-home.ts'

describeJournalContract('files', () => {
  const home = temporaryHome()
  return { openWriter: () => openTestJournal(home), reader: readJournal(home) }
})

describeJournalContract('files that roll with every group, synced', () => {
  const home = temporaryHome()
  const options = { rollBytes: 1, durability: 'fsync' } as const
  return { openWriter: () => openTestJournal(home, options), reader: readJournal(home) }
})

test('folders are 0700 and files 0600; a log without entries leaves nothing', async () => {
  const home = temporaryHome()
  openTestJournal(home).close()
  expect(await readdir(home.journal)).toEqual([])
  const journal = openTestJournal(home)
  journal.body({ text: 'x' })
  journal.append('loss', null, loss(1))
  journal.flush()
  const files = [...filesUnder(home.journal).keys()]
  expect(files.map((file) => basename(file))).toEqual([
    '000000000000.jsonl',
    'bodies-000000000000000.jsonl',
    'recorder.json',
  ])
  for (const file of files) {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700)
  }
})

test('a full segment is followed by one named after its first seq, and reading goes on across them', async () => {
  const home = temporaryHome()
  const journal = openTestJournal(home, { rollBytes: 1000 })
  for (let index = 0; index < 30; index++) {
    journal.body({ text: `body ${index} ${'x'.repeat(100)}` })
    journal.append('loss', null, loss(index))
    journal.flush()
  }
  const names = [...filesUnder(home.journal).keys()].map((file) => basename(file))
  const segments = names.filter((name) => /^\d/.test(name))
  expect(segments.length).toBeGreaterThan(3)
  const reader = readJournal(home)
  for (const from of [0, 1, ...segments.map((name) => Number.parseInt(name, 10)), 29]) {
    const read = await all(reader.entries(journal.log, from))
    expect(read.map(({ entry }) => entry.seq)).toEqual(Array.from({ length: 30 - from }, (_, i) => from + i))
  }
  const bodies = await all(reader.bodies(journal.log, 0))
  for (const [index, { nextOffset }] of bodies.entries())
    expect(await all(reader.bodies(journal.log, nextOffset))).toHaveLength(29 - index)
})

test('half a surrogate pair is written, and read back at once, as what ClickHouse can read', async () => {
  const home = temporaryHome()
  const journal = openTestJournal(home)
  const { data } = journal.append('loss', null, { ...loss(1), reason: 'a \ud800 b \u{1f600}' })
  journal.close()
  expect(data.reason).toBe('a \ufffd b \u{1f600}')
  const [entry] = await all(readJournal(home).entries(journal.log, 0))
  expect(entry?.entry.data).toEqual(data)
  expect(entry?.line).not.toContain('\\ud800')
})

test('a long body is cut at the end of a character, and says how long it was', async () => {
  const home = temporaryHome()
  const journal = openTestJournal(home, { maxBodyBytes: 10 })
  const stored = journal.body({ text: 'abc😀😀😀' })
  expect(stored.ref).toMatchObject({ bytes: 15, truncated: true })
  expect(stored.text).toBe('abc😀😀😀')
  expect(journal.body({ text: '12345678é' }).ref).not.toHaveProperty('truncated')
  journal.flush()
  const [first] = await all(readJournal(home).bodies(journal.log, 0))
  expect(first?.body).toEqual({ digest: stored.ref.digest, text: 'abc😀', bytes: 15 })
})

test('a part says the size of the whole', () => {
  const journal = openTestJournal(temporaryHome())
  expect(journal.body({ text: 'part', bytes: 1_000_000 }).ref).toMatchObject({
    bytes: 1_000_000,
    truncated: true,
  })
  expect(journal.body({ text: 'part' }).ref).not.toHaveProperty('truncated')
})

test('equal bodies of two logs share a key and no digest, and another home shares nothing', () => {
  const packed = (home: ReturnType<typeof temporaryHome>): PackedBody => {
    const journal = openTestJournal(home)
    journal.body({ json: '{"a": 1.0}' })
    journal.flush()
    return JSON.parse(filesUnder(join(home.journal, journal.log)).values().next().value ?? '')
  }
  const home = temporaryHome()
  const [one, two, elsewhere] = [packed(home), packed(home), packed(temporaryHome())]
  expect(one.key).toBe(two.key)
  expect(one.digest).not.toBe(two.digest)
  expect(elsewhere.key).not.toBe(one.key)
  expect(one.digest).toBe(bodyDigest(one.salt, '{"a": 1.0}'))
})

test('a long body that comes again is neither redacted nor stored anew; one that differs in a character is', async () => {
  const home = temporaryHome()
  const { text, ...own } = createRedactor(readKey(home, 'redaction'))
  let redacted = 0
  const counting = (plain: string) => {
    redacted += 1
    return text(plain)
  }
  const journal = openTestJournal(home, { redactor: { ...own, text: counting } })
  const [long, other] = ['y', 'z'].map((last) => `password=hunter2hunter2 ${'x'.repeat(5000)}${last}`)
  const stored = [long, long, long, other, long].map((plain = '') => journal.body({ text: plain }))
  const [first] = stored
  expect(stored.map(({ ref }) => ref.digest === first?.ref.digest)).toEqual([true, true, true, false, true])
  expect(stored[2]).toEqual(first)
  expect(first?.text).toMatch(/^password=\[redacted:/)
  expect(redacted, 'the first time, the second, and the other').toBe(3)
  expect(journal.body({ text: long ?? '', bytes: 1_000_000 }).ref).toMatchObject({ truncated: true })
  journal.close()
  expect(await all(readJournal(home).bodies(journal.log, 0))).toHaveLength(3)
})

test('what came as prose is read anew when it comes as JSON', () => {
  const home = temporaryHome()
  const journal = openTestJournal(home)
  const same = JSON.stringify({ password: 12_345_678, text: 'x'.repeat(5000) })
  for (const payload of [{ text: same }, { text: same }, { json: same }, { json: same }, { text: same }])
    expect(journal.body(payload).text).toBe(
      'json' in payload ? journal.redactor.json(same) : journal.redactor.text(same),
    )
})
