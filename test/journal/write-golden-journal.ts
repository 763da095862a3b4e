import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EntryData, EntryKind } from '../../src/domain/entry.ts'
import { openHome } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { leafHash } from '../../src/journal/leaf.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { sampleEntries } from './sample-entries.ts'

// Wrote test/fixtures/journal-v1, once. What is written there stays readable for ever, so it is never written again: a new
// format gets a folder of its own. `node --import tsx test/journal/write-golden-journal.ts`
const folder = join(import.meta.dirname, '../fixtures/journal-v1')
if (existsSync(join(folder, 'journal'))) throw new Error(`${folder} is frozen`)
const home = openHome(join(folder, 'home'))
const journal = openJournal({ home, redactor: createRedactor(Buffer.alloc(32, 1)), maxBodyBytes: 64 })
const session = '01920000-0000-7000-8000-000000000003'
const ofLog = new Set<EntryKind>([
  'loss',
  'link',
  'run_started',
  'run_finished',
  'body_erased',
  'segment_retired',
  'key_rotated',
])
const samples = sampleEntries((text) => journal.body({ text }).ref)
const append = <K extends EntryKind>(kind: K, data: EntryData[K]) =>
  journal.append(kind, ofLog.has(kind) ? null : session, data)
for (const [kind, data] of Object.entries(samples)) append(kind as EntryKind, data)
journal.close()

// What a later version may write: a kind and a field that this one does not know.
const segment = join(home.journal, journal.log, '000000000000.jsonl')
const written = readFileSync(segment, 'utf8').trimEnd().split('\n')
const { at } = JSON.parse(written.at(-1) ?? '')
const unknown = [
  { kind: 'weather', data: { sky: 'clear', degrees: 21.5 } },
  { kind: 'loss', data: { reason: 'disk', entries: 1, bodies: 0, severity: { level: 3 } } },
]
for (const [index, { kind, data }] of unknown.entries()) {
  const envelope = { v: 1, log: journal.log, seq: written.length + index, at, kind, session: null }
  appendFileSync(segment, `${JSON.stringify({ ...envelope, data })}\n`)
}
const leaves = readFileSync(segment, 'utf8').trimEnd().split('\n').map(leafHash)
writeFileSync(join(folder, 'leaves.txt'), `${leaves.join('\n')}\n`)
renameSync(home.journal, join(folder, 'journal'))
rmSync(home.path, { recursive: true })
