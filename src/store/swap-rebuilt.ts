import { rmSync } from 'node:fs'
import { lockForProcess } from '../journal/process-lock.ts'
import { viewStatements } from './ddl.ts'
import { rowsOf } from './rows-of.ts'
import type { Transport } from './transport.ts'

// Tables that are made anew lie in a database beside the one that they are for. Once all of them are whole, that is written
// down there, with which they are; from then on, whatever is killed, the next one puts those in place that are not.

/** Which tables are new: what tells them, whatever they are called, is how the engine knows them. */
const note = 'rebuilt_tables'

export interface Beside {
  readonly name: string
  readonly beside: string
}

export async function besideOf(transport: Transport): Promise<Beside> {
  const [{ name } = { name: 'default' }] = await rowsOf(
    transport.select<{ name: string }>('SELECT currentDatabase() AS name', {}),
  )
  return { name, beside: `${name}_rebuilt` }
}

/** What ingest has left to join in the tables beside. */
export const besideLock = (lock: string) => `${lock}.rebuilt`

/** Says that these tables are whole, in the order in which they are to be put in place. */
export async function noteWhole(
  transport: Transport,
  { beside }: Beside,
  tables: readonly string[],
): Promise<void> {
  const table = `${quoted(beside)}.${note}`
  await transport.execute(
    `CREATE TABLE ${table} (place UInt8, name String, id UUID) ENGINE = MergeTree ORDER BY place`,
  )
  await transport.execute(
    `INSERT INTO ${table} SELECT indexOf({tables:Array(String)}, name), name, uuid FROM system.tables
WHERE database = {beside:String} AND has({tables:Array(String)}, name)`,
    { tables, beside },
  )
}

/**
 * Puts those in place that are not, with the views over them, and takes away what is left; where they were never whole, all
 * of it.
 */
export async function finishSwap(transport: Transport, { name, beside }: Beside): Promise<void> {
  if (!(await isThere(transport, beside))) return
  const isWhole = await isNoted(transport, beside)
  if (isWhole) {
    for (const table of await notInPlace(transport, beside))
      await transport.execute(
        `EXCHANGE TABLES ${quoted(name)}.${quoted(table)} AND ${quoted(beside)}.${quoted(table)}`,
      )
    // Nothing is rebuilt on a cluster: everywhere else views are alike.
    for (const statement of viewStatements('server')) await transport.execute(statement)
  }
  await transport.execute(`DROP DATABASE ${quoted(beside)} SYNC`)
}

/** The same before anything else is asked, unless a process is at it: it holds the lock of ingest. */
export async function finishKilledSwap(transport: Transport, lockPath: string): Promise<void> {
  const names = await besideOf(transport)
  if (!(await isThere(transport, names.beside))) return
  const lock = lockForProcess(lockPath)
  if ('heldBy' in lock) return
  try {
    await finishSwap(transport, names)
    rmSync(`${besideLock(lockPath)}.unjoined`, { force: true })
  } finally {
    lock.release()
  }
}

async function isThere(transport: Transport, beside: string): Promise<boolean> {
  const sql = 'SELECT name FROM system.databases WHERE name = {beside:String}'
  return (await rowsOf(transport.select(sql, { beside }))).length > 0
}

async function isNoted(transport: Transport, beside: string): Promise<boolean> {
  const sql = 'SELECT name FROM system.tables WHERE database = {beside:String} AND name = {note:String}'
  return (await rowsOf(transport.select(sql, { beside, note }))).length > 0
}

/** Beside are still the new ones; where a table was put in place, the old one is. */
async function notInPlace(transport: Transport, beside: string): Promise<readonly string[]> {
  const sql = `SELECT name FROM ${quoted(beside)}.${note}
WHERE (name, id) IN (SELECT name, uuid FROM system.tables WHERE database = {beside:String}) ORDER BY place`
  return (await rowsOf(transport.select<{ name: string }>(sql, { beside }))).map((row) => row.name)
}

export const quoted = (name: string) => `\`${name.replace(/[\\`]/g, '\\$&')}\``
