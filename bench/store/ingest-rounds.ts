import { join } from 'node:path'
import { type Home, openHome, readKey } from '../../dist/journal/home.js'
import { openJournal } from '../../dist/journal/journal.js'
import { readJournal } from '../../dist/journal/reader.js'
import { createRedactor } from '../../dist/policy/redactor.js'
import { ingest } from '../../dist/store/ingest.js'
import { storeOver } from '../../dist/store/stores.js'
import type { Transport } from '../../dist/store/transport.js'
import { observedSession } from '../../test/chain/observed-session.ts'
import { type Cost, costOf } from './cost.ts'
import { freshDatabase, rowsOf } from './database.ts'

/** The rows of a table, in JSON, one a line. */
export interface TableFile {
  readonly table: string
  readonly path: string
}

export interface Ingested {
  readonly cost: Cost
  readonly rows: number
  readonly files: readonly TableFile[]
}

interface Question {
  readonly folder: string
  readonly round: number
}

const sessions = 300
const turns = 10
const recorded = ['entries', 'bodies', 'spans', 'chain_index', 'chain_aliases', 'links', 'policy_decisions']
const filled = [...recorded, 'chain_summaries']

process.on('message', async ({ folder, round }: Question) => {
  // The links of an ingest are in the journal afterwards: the next one would not find them anew.
  const home = openHome(join(folder, `home_${round}`))
  recordJournal(home)
  const database = await freshDatabase(folder, `ingest_${round}`)
  const cost = await costOf(() => ingestHome(home, database))
  const files = filled.map((table) => ({ table, path: join(folder, `${table}_${round}.jsonl`) }))
  for (const { table, path } of files) await writeRows(database, table, path)
  const answer: Ingested = { cost, rows: await countRows(database), files }
  await database.close()
  process.send?.(answer)
})
process.on('disconnect', () => process.exit(0))

async function ingestHome(home: Home, database: Transport): Promise<void> {
  const links = openLog(home)
  await ingest(storeOver(database), readJournal(home), { links, lock: home.ingestLock })
  links.close()
}

function openLog(home: Home) {
  return openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
}

/** By the engine: what is made of rows here would have to be collected in the next round. */
async function writeRows(database: Transport, table: string, path: string): Promise<void> {
  await database.execute(
    `INSERT INTO FUNCTION file('${path}', 'JSONEachRow') SELECT * FROM ${table} SETTINGS output_format_json_escape_forward_slashes = 0`,
  )
}

async function countRows(database: Transport): Promise<number> {
  const counts = filled.map((table) => `(SELECT count() FROM ${table})`)
  const [{ rows } = { rows: 0 }] = await rowsOf<{ rows: number }>(
    database.select(`SELECT toFloat64(${counts.join(' + ')}) AS rows`, {}),
  )
  return rows
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
