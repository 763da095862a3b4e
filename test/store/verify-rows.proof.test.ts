import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ingestedFolder, readIngested } from '../../src/journal/audit/ingested.ts'
import { sealDeadLogs } from '../../src/journal/audit/seal-logs.ts'
import { verifyHome } from '../../src/journal/audit/verify-home.ts'
import { type Home, openHome } from '../../src/journal/home.ts'
import { proveSpans } from '../../src/store/chain-proof.ts'
import { openChdb } from '../../src/store/chdb-store.ts'
import { ingestCheckpoints, storedClaims } from '../../src/store/checkpoint-rows.ts'
import type { ChainRow, SpanRow } from '../../src/store/queries.ts'
import { openStore } from '../../src/store/stores.ts'
import type { Transport } from '../../src/store/transport.ts'
import { verifyRows } from '../../src/store/verify-rows.ts'
import { all, ingestHome, openLog, recordTrial } from './recorded-home.ts'
import { temporaryFolder } from './temporary-folder.ts'

let folder: ReturnType<typeof temporaryFolder>
let home: Home
let log: string
let store: Awaited<ReturnType<typeof openStore>>
/** Somebody who has the database and not the home. */
let intruder: Transport

beforeEach(async () => {
  folder = temporaryFolder()
  home = openHome(folder.path)
  const journal = openLog(home)
  log = journal.log
  for (let trial = 0; trial < 30; trial++) recordTrial(journal, `t${trial}`, { turns: 3 }).close()
  journal.close()
  store = await openStore({ home: home.path })
  await ingestHome(home.path, store)
  sealDeadLogs(home)
  await ingestCheckpoints(home, store)
  intruder = await openChdb(home.database)
})
afterEach(async () => {
  await store.close()
  await intruder.close()
  folder.remove()
})

const logs = () => verifyHome(home).logs.map((each) => each.log)
const rows = async () => {
  const ingested = readIngested(home, 'embedded')?.logs
  const { claims, findings } = await storedClaims(home, store, ingested)
  const verdict = await verifyRows(home, store, { logs: logs(), claims, ingested })
  return { ...verdict, findings: [...findings, ...verdict.findings] }
}
const findings = async () => (await rows()).findings
const alter = (table: string, change: string) =>
  intruder.execute(`ALTER TABLE ${table} ${change} SETTINGS mutations_sync = 2`)

test('every row is as the journal has it, and every checkpoint is kept', async () => {
  const verdict = await rows()
  const { logs: reports } = verifyHome(home)
  const entries = reports.reduce((sum, each) => sum + each.entries, 0)
  expect(verdict).toEqual({ entries, bodies: expect.any(Number), behind: 0, foreignLogs: 0, findings: [] })
  expect(verdict.bodies).toBeGreaterThan(50)
  const { claims, findings } = await storedClaims(home, store)
  expect(findings).toEqual([])
  expect(claims.get(log)?.at(-1)?.size).toBe(reports.find((each) => each.log === log)?.entries)
})

const edits: readonly (readonly [string, string, string, object])[] = [
  [
    'an entry',
    'entries',
    `UPDATE line = replaceOne(line, '"data"', '"dato"') WHERE seq = 17`,
    { problem: 'this row is not what the journal has', seq: 17 },
  ],
  [
    'a column beside an entry',
    'entries',
    `UPDATE kind = 'loss' WHERE seq = 400`,
    { problem: 'a column of this row is not what its entry says', seq: 400 },
  ],
  ['an entry that is gone', 'entries', 'DELETE WHERE seq = 0', { problem: 'this row is missing', seq: 0 }],
  [
    'the last entries that are gone',
    'entries',
    'DELETE WHERE seq >= 700',
    { problem: 'this row is missing', seq: 700 },
  ],
  [
    'a body',
    'bodies',
    `UPDATE text = concat(text, ' ') WHERE text LIKE 'port: 8001%'`,
    { problem: expect.stringContaining('this row is not what the journal has') },
  ],
  [
    'a body that is gone',
    'bodies',
    `DELETE WHERE text LIKE 'port: 8001%'`,
    { problem: expect.stringContaining('this row is missing') },
  ],
]

test('each edited or missing row is found and located, and each that was added', async () => {
  const { last = 0 } = (await all(store.query<{ last: number }>('entry_counts')))[0] ?? {}
  expect(last).toBeGreaterThan(400)
  for (const [what, table, change, expected] of edits) {
    await intruder.execute(`CREATE TABLE kept AS ${table} ENGINE = MergeTree ORDER BY tuple()`)
    await intruder.execute(`INSERT INTO kept SELECT * FROM ${table}`)
    await alter(table, change.replace(/WHERE/, `WHERE log = '${log}' AND`))
    expect([what, await findings()]).toEqual([what, [expect.objectContaining({ log, ...expected })]])
    await intruder.execute(`TRUNCATE TABLE ${table}`)
    await intruder.execute(`INSERT INTO ${table} SELECT * FROM kept`)
    await intruder.execute('DROP TABLE kept')
  }
  await intruder.execute(`INSERT INTO entries SELECT * FROM entries WHERE log = '${log}' AND seq = 9`)
  expect(await findings()).toMatchObject([{ log, seq: 9, problem: 'the journal has no such row' }])
})

test('what an ingest had taken in is missing, however much of it was taken out; each checkpoint is what was signed', async () => {
  const checkpoints = await all(store.query<{ log: string; size: number }>('checkpoints'))
  await alter('checkpoints', `UPDATE root = 'AAAA' WHERE log = '${log}'`)
  expect(await findings()).toMatchObject([{ file: 'database:checkpoints', log }])
  for (const table of ['checkpoints', 'bodies']) await intruder.execute(`TRUNCATE TABLE ${table}`)
  await alter('entries', `DELETE WHERE log = '${log}' AND seq >= 700`)
  const ended = await rows()
  expect(ended).toMatchObject({ behind: 0 })
  expect(ended.findings).toMatchObject([
    { file: 'database:checkpoints', problem: expect.stringMatching(/^the checkpoint of \d+ .+ is missing$/) },
    { log, seq: 700, problem: 'this row is missing' },
    { file: 'database:bodies', problem: expect.stringContaining('this row is missing') },
  ])
  await intruder.execute('TRUNCATE TABLE entries')
  expect(await findings()).toContainEqual(
    expect.objectContaining({ log, seq: 0, problem: 'this row is missing' }),
  )
  await ingestHome(home.path, store)
  await ingestCheckpoints(home, store)
  expect((await rows()).findings).toEqual([])
  const again = await all(store.query<{ log: string; size: number }>('checkpoints'))
  expect(again.map(({ log, size }) => `${log} ${size}`)).toEqual(
    expect.arrayContaining(checkpoints.map(({ log, size }) => `${log} ${size}`)),
  )
})

test('what the home was rolled back to is told from what a database had of it, with no database at all', () => {
  const [name = ''] = readdirSync(ingestedFolder(home))
  rmSync(join(home.journal, log), { recursive: true })
  rmSync(join(home.audit, 'register.jsonl'))
  rmSync(join(home.audit, 'checkpoint'))
  expect(verifyHome(home).findings).toContainEqual(
    expect.objectContaining({
      log,
      problem: expect.stringMatching(/^the log is gone; an ingest speaks for \d+ /),
    }),
  )
  const mark = join(ingestedFolder(home), name)
  writeFileSync(mark, readFileSync(mark, 'utf8').replace(/ \d+ /, ' 1 '))
  expect(verifyHome(home).findings).toContainEqual(
    expect.objectContaining({ file: `audit/ingested/${name}`, problem: expect.stringContaining('no key') }),
  )
})

test('the database remembers a log that is gone from the home, the register too; those of others are theirs', async () => {
  rmSync(join(home.journal, log), { recursive: true })
  rmSync(home.audit, { recursive: true })
  const { claims, findings: ofRegister } = await storedClaims(home, store)
  expect(ofRegister).toMatchObject([{ file: 'audit/register.jsonl' }])
  expect(verifyHome(home, claims).findings).toContainEqual(
    expect.objectContaining({
      log,
      problem: expect.stringContaining('the log is gone; the database speaks for'),
    }),
  )
  const other = openHome(join(folder.path, 'other'))
  expect(await storedClaims(other, store)).toEqual({ claims: new Map(), findings: [] })
  const foreign = await verifyRows(other, store, { logs: [], claims: new Map() })
  expect(foreign).toMatchObject({ findings: [], foreignLogs: 2 })
})

test('a chain that is shown otherwise than it was recorded is told from one that is not', async () => {
  const [{ chain = '' } = {}] = await all(store.query<ChainRow>('chains'))
  const prove = async () => {
    const rows = await all(store.query<SpanRow>('chain_spans', { chain }))
    return { rows, proof: await proveSpans(home, store, rows) }
  }
  const { rows: shown, proof } = await prove()
  expect(proof.differing).toEqual([])
  expect(proof.logs).toMatchObject([{ log, problem: null }])
  const elsewhere = await proveSpans(openHome(join(folder.path, 'other')), store, shown)
  expect(elsewhere).toMatchObject({ differing: [], logs: [{ log, problem: 'it is not in this home' }, {}] })
  const [edited = '', missing = ''] = shown.map(({ span }) => span)
  await alter('spans', `UPDATE output = 'nothing to see' WHERE span = '${edited}'`)
  await alter('spans', `DELETE WHERE span = '${missing}'`)
  const differing = async (from: typeof store) =>
    [...(await proveSpans(home, from, (await prove()).rows)).differing].sort()
  expect(await differing(store)).toEqual([edited, missing].sort())
  const keeping = (days: number): typeof store => ({
    ...store,
    query: <T>(...[name, params]: Parameters<typeof store.query>) =>
      name === 'retained' ? spansFor<T>(days) : store.query<T>(name, params),
  })
  expect(await differing(keeping(1))).toEqual([edited, missing].sort())
  // What is older than the table keeps it is gone for a reason; what is shown all the same is what was recorded.
  expect(await differing(keeping(0))).toEqual([edited])
})

/** The rows of the query `retained` where spans are kept for so many days. */
async function* spansFor<T>(days: number): AsyncIterable<T> {
  yield { table: 'spans', days } as T
}
