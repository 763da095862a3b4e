import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readJournal } from '../../src/journal/reader.ts'
import { all, loss } from '../contracts/journal.ts'
import { openTestJournal, temporaryHome } from './temporary-home.ts'

function writtenLog() {
  const home = temporaryHome()
  const journal = openTestJournal(home)
  for (let index = 0; index < 3; index++) journal.append('loss', null, loss(index))
  const { ref } = journal.body({ text: 'körper' })
  journal.flush()
  const folder = join(home.journal, journal.log)
  return { home, log: journal.log, folder, ref, reader: readJournal(home) }
}

test('a torn last line is not there yet, and is once it is whole', async () => {
  const { folder, log, ref, reader } = writtenLog()
  const segment = join(folder, '000000000000.jsonl')
  const pack = join(folder, 'bodies-000000000000000.jsonl')
  const line = (await all(reader.entries(log, 2)))[0]?.line.replace('"seq":2', '"seq":3') ?? ''
  const halves = [line.slice(0, 40), line.slice(40)]
  appendFileSync(segment, halves[0] ?? '')
  appendFileSync(pack, '{"v":1,"digest":"abc')
  expect(await all(reader.entries(log, 0))).toHaveLength(3)
  expect((await all(reader.bodies(log, 0))).map(({ body }) => body.digest)).toEqual([ref.digest])
  appendFileSync(segment, `${halves[1]}\n`)
  expect(await all(reader.entries(log, 3))).toMatchObject([{ line, entry: { seq: 3 } }])
})

test('a line that somebody changed into no JSON is an error that names its file', async () => {
  const { folder, log, reader } = writtenLog()
  const segment = join(folder, '000000000000.jsonl')
  writeFileSync(segment, readFileSync(segment, 'utf8').replace('"seq":1', '"seq:1'))
  const read: number[] = []
  const reading = async () => {
    for await (const { entry } of reader.entries(log, 0)) read.push(entry.seq)
  }
  await expect(reading()).rejects.toThrow(segment)
  expect(read).toEqual([0])
})

test('a home without a journal has no logs, and a log that is not there no entries', async () => {
  const { home, reader } = writtenLog()
  rmSync(home.journal, { recursive: true })
  expect(await reader.logs()).toEqual([])
  expect(await all(reader.entries('01920000-0000-7000-8000-000000000001', 0))).toEqual([])
})

test('a later process with the id of a dead recorder is not taken for it', async () => {
  const { folder, reader } = writtenLog()
  const note = join(folder, 'recorder.json')
  const alive = async () => (await reader.logs()).map((state) => state.alive)
  expect(await alive()).toEqual([true])
  const written = JSON.parse(readFileSync(note, 'utf8'))
  if (written.start !== null) {
    writeFileSync(note, JSON.stringify({ ...written, start: 'another boot:1' }))
    expect(await alive()).toEqual([false])
  }
  writeFileSync(note, JSON.stringify({ ...written, pid: 2 ** 22 + 1 }))
  expect(await alive()).toEqual([false])
  writeFileSync(note, JSON.stringify({ ...written, pid: 2 ** 22 + 1, host: 'elsewhere' }))
  expect(await alive()).toEqual([true])
})
