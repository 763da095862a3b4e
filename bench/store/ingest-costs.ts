import { join } from 'node:path'
import { type Home, openHome, readKey } from '../../dist/journal/home.js'
import { openJournal } from '../../dist/journal/journal.js'
import { readJournal } from '../../dist/journal/reader.js'
import { createRedactor } from '../../dist/policy/redactor.js'
import { openChdb } from '../../dist/store/chdb-store.js'
import { ingest } from '../../dist/store/ingest.js'
import { migrate } from '../../dist/store/migrate.js'
import { storeOver } from '../../dist/store/stores.js'
import type { Transport } from '../../dist/store/transport.js'
import { observedSession } from '../../test/chain/observed-session.ts'
import { type Cost, costOf, medianOf } from './cost.ts'
import { openDatabase, rowsOf } from './database.ts'

const sessions = 300
const turns = 10
const recorded = ['entries', 'bodies', 'spans', 'chain_index', 'chain_aliases', 'links', 'policy_decisions']
const filled = [...recorded, 'chain_summaries']

/**
 * A journal through `ingest`, and the same rows of the same tables (the few of `tool_rollups` aside, which hold what is no
 * text) through one insert a table: the raw insert of the engine, and beside it from a file.
 */
export async function ingestCosts(folder: string, rounds: number) {
  const costs: { ingest: Cost[]; raw: Cost[]; file: Cost[] } = { ingest: [], raw: [], file: [] }
  let rows = 0
  for (let round = 0; round < rounds; round++) {
    // The links of an ingest are in the journal afterwards: the next one would not find them anew.
    const home = openHome(join(folder, `home_${round}`))
    recordJournal(home)
    const database = await freshDatabase(folder, `ingest_${round}`)
    costs.ingest.push(await costOf(() => ingestHome(home, database)))
    const tables: { readonly table: string; readonly lines: readonly string[] }[] = []
    for (const table of filled) tables.push({ table, lines: await linesOf(database, table) })
    await database.close()
    rows = tables.reduce((sum, { lines }) => sum + lines.length, 0)
    const inserts = tables.map(({ table, lines }) => ({ table, text: Buffer.from(`${lines.join('\n')}\n`) }))
    costs.file.push(await insertCost(await freshDatabase(folder, `file_${round}`), inserts))
    costs.raw.push(await insertCost(await migrated(await openDatabase(folder, `raw_${round}`)), inserts))
  }
  return {
    ingest: medianOf(costs.ingest),
    raw: medianOf(costs.raw),
    file: medianOf(costs.file),
    rows,
  }
}

async function insertCost(
  copy: Transport,
  inserts: readonly { readonly table: string; readonly text: Buffer }[],
): Promise<Cost> {
  const cost = await costOf(async () => {
    for (const { table, text } of inserts) await copy.insert(table, { format: 'JSONEachRow', bytes: text })
  })
  await copy.close()
  return cost
}

/** As a command has it open. */
async function freshDatabase(folder: string, name: string): Promise<Transport> {
  const made = await openDatabase(folder, name)
  // Whoever closes a database stops them.
  await made.execute('SYSTEM START MERGES')
  await made.close()
  return migrated(await openChdb(folder, { database: name }))
}

async function migrated(database: Transport): Promise<Transport> {
  await migrate(database, 'local')
  return database
}

async function ingestHome(home: Home, database: Transport): Promise<void> {
  const links = openLog(home)
  await ingest(storeOver(database), readJournal(home), { links, lock: home.ingestLock })
  links.close()
}

function openLog(home: Home) {
  return openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
}

async function linesOf(database: Transport, table: string): Promise<readonly string[]> {
  const rows = await rowsOf<object>(database.select(`SELECT * FROM ${table}`, {}))
  return rows.map((row) => JSON.stringify(row))
}

/** Conversations in which a model calls tools: arguments of about 150 characters, results of about 700. */
function recordJournal(home: Home): void {
  const journal = openLog(home)
  for (let number = 0; number < sessions; number++) {
    const session = observedSession(journal)
    for (let turn = 0; turn < turns; turn++) {
      const at = (span: string) => `${number}-${turn}-${span}`
      session.modelRequest(at('model'), { prompt: `Request ${number}: ${words(number, 25)}` })
      session.modelResponse(at('model'))
      session.decision(at('decision'), at('model'), { callId: `call_${number}_${turn}` })
      session.request(at('call'), {
        callId: `call_${number}_${turn}`,
        arguments: JSON.stringify({
          path: `src/${words(turn, 1)}/${number}.ts`,
          query: words(number + turn, 15),
        }),
      })
      session.policy(at('policy'), at('call'))
      session.result(at('call'), { text: words(number * turns + turn, 100) })
    }
    session.close()
  }
  journal.close()
}

function words(seed: number, count: number): string {
  return Array.from({ length: count }, (_, index) =>
    ((seed * 7919 + index * 104_729) % 1_500_007).toString(36),
  ).join(' ')
}
