import { readFile } from 'node:fs/promises'
import { migrate } from '../../dist/store/migrate.js'
import type { Transport } from '../../dist/store/transport.js'
import { type Cost, costOf } from './cost.ts'
import { freshDatabase, openDatabase } from './database.ts'
import type { TableFile } from './ingest-rounds.ts'

/** The same rows, from memory and from a file. */
export interface Inserted {
  readonly raw: Cost
  readonly file: Cost
}

interface Question {
  readonly folder: string
  readonly round: number
  readonly files: readonly TableFile[]
}

process.on('message', async ({ folder, round, files }: Question) => {
  const texts: { readonly table: string; readonly bytes: Buffer }[] = []
  for (const { table, path } of files) texts.push({ table, bytes: await readFile(path) })
  const raw = await openDatabase(folder, `raw_${round}`)
  await migrate(raw, 'local')
  const answer: Inserted = {
    file: await insertCost(await freshDatabase(folder, `file_${round}`), texts),
    raw: await insertCost(raw, texts),
  }
  process.send?.(answer)
})
process.on('disconnect', () => process.exit(0))

async function insertCost(
  copy: Transport,
  texts: readonly { readonly table: string; readonly bytes: Buffer }[],
): Promise<Cost> {
  const cost = await costOf(async () => {
    for (const { table, bytes } of texts) await copy.insert(table, { format: 'JSONEachRow', bytes })
  })
  await copy.close()
  return cost
}
