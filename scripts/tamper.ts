import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyHome } from '../src/journal/audit/verify-home.ts'
import { type Home, openHome } from '../src/journal/home.ts'
import { verifyProjection } from '../src/store/audit/verify-projection.ts'
import { openChdb } from '../src/store/chdb-store.ts'
import { openStore } from '../src/store/stores.ts'
import {
  evidenceFiles,
  flip,
  lineTamperings,
  misjudged,
  type Tampering,
} from '../test/journal/audit/tampering.ts'
import { writeLog } from '../test/journal/audit/written-home.ts'
import { recordEverything } from '../test/store/recorded-everything.ts'
import { ingestHome } from '../test/store/recorded-home.ts'
import {
  columnsOf,
  type ProjectedTable,
  projectedTables,
  repeatable,
  rowTampering,
} from '../test/store/row-tampering.ts'
import { everyBitOfMany } from './tamper/every-bit.ts'

// `npm run tamper [PLACES]`: every bit of every file of a small home, then so many random places (2,000 unless said) of a
// journal of 10,000 entries: flipped bits, and deletions, repetitions, swaps, insertions and truncations of entries. Each has
// to be found, and named by its place; and every column of every table, and rows that are missing, added, or there twice. `-- --short` takes some of it, `-- --part I/N` an Nth. Ends with 1 if anything was missed.
// `-- --every-bit`: instead every bit of a journal of 10,000 entries, its leaves and bodies, by the functions that `verify` reads
// and judges lines with, and some of them, with edits of entries, by the whole `verify`.

const isShort = process.argv.includes('--short')
const places = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? (isShort ? 20 : 2_000))
/** `--part I/N`: the Ith of N parts, so that several processes share the work, or one does it in turns. */
const [part = 1, parts = 1] = (process.argv.find((argument) => /^\d+\/\d+$/.test(argument)) ?? '1/1')
  .split('/')
  .map(Number)
const entries = 10_000
const failures: string[] = []
let tried = 0

function tryOne(home: Home, tampering: Tampering): void {
  tried += 1
  const failure = misjudged(home, tampering)
  if (failure !== null) failures.push(failure)
}

async function withHome(act: (home: Home) => void | Promise<void>): Promise<void> {
  const home = openHome(mkdtempSync(join(tmpdir(), 'calltrail-tamper-')))
  try {
    await act(home)
  } finally {
    rmSync(home.path, { recursive: true })
  }
}

function everyBit(home: Home): void {
  writeLog(home, 22, { fresh: 100, rollBytes: 6_000 })
  writeLog(home, 3, { fresh: 100 })
  const step = isShort ? 397 : 1
  for (const file of evidenceFiles(home)) {
    const bits = readFileSync(join(home.path, file)).length * 8
    for (let bit = (part - 1) * step; bit < bits; bit += step * parts)
      tryOne(home, flip(home, file, Math.floor(bit / 8), bit % 8))
  }
}

function randomPlaces(home: Home): void {
  const log = writeLog(home, entries, { fresh: 20, rollBytes: 1_000_000 })
  const { findings } = verifyHome(home)
  if (findings.length > 0) throw new Error(JSON.stringify(findings))
  const files = evidenceFiles(home)
  const random = (below: number) => Math.floor(Math.random() * below)
  for (let place = 0; place < places / parts; place++) {
    const file = files[place % files.length] ?? ''
    tryOne(home, flip(home, file, random(readFileSync(join(home.path, file)).length), random(8)))
    const edits = lineTamperings(home, log, random(entries))
    const edit = edits[place % edits.length]
    if (edit) tryOne(home, edit)
  }
}

/** Every column of every table, then rows that are missing, added, or there twice. */
async function everyRow(home: Home): Promise<void> {
  recordEverything(home)
  const store = await openStore({ home: home.path })
  await ingestHome(home.path, store)
  const database = await openChdb(home.database)
  const intruder = await rowTampering(database)
  async function tryRow(table: ProjectedTable, what: string, change: Promise<void>): Promise<void> {
    tried += 1
    await change
    const { findings } = await verifyProjection(home, store)
    if (!findings.some(({ file }) => file === `database:${table}`)) failures.push(`${what} of ${table}`)
    await intruder.putBack(table)
  }
  for (const table of projectedTables) {
    for (const column of columnsOf(table)) await tryRow(table, column, intruder.edit(table, column))
    await tryRow(table, 'a row is gone', intruder.remove(table))
    await tryRow(table, 'a row more', intruder.add(table))
    if (repeatable.includes(table)) await tryRow(table, 'a row twice', intruder.repeat(table))
  }
  const { findings } = await verifyProjection(home, store)
  if (findings.length > 0) failures.push(JSON.stringify(findings))
  await database.close()
  await store.close()
}

if (process.argv.includes('--every-bit')) {
  let areFound = false
  await withHome((home) => {
    areFound = everyBitOfMany(home, { part, parts })
  })
  process.exit(areFound ? 0 : 1)
}
if (!isShort && part === parts) {
  await withHome(everyRow)
  console.log(`${tried} changes of rows in the database`)
}
await withHome(everyBit)
console.log(`${tried} changes, with the bits of a small home`)
await withHome(randomPlaces)
console.log(`${tried} changes, ${tried - failures.length} found where they are, ${failures.length} not`)
for (const failure of failures.slice(0, 20)) console.log(failure)
process.exit(failures.length === 0 ? 0 : 1)
