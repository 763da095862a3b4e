import { hash } from 'node:crypto'
import { join } from 'node:path'
import { type Home, makeFolder, readIfThere, replaceFile } from '../home.ts'
import type { Finding } from './finding.ts'
import { readRegister } from './register.ts'
import { openNote, type PublicKey, signNote } from './signed-note.ts'
import { ownKeys, signingKeyFor } from './signing-key.ts'
import { listFolder } from './stored-lines.ts'

/** How far a database had taken in a log. */
export interface Ingested {
  readonly entries: number
  /** Where the next body of its pack begins. */
  readonly bodies: number
  /** Of its last checkpoint that the database has; 0 without one. */
  readonly checkpoint: number
}

/** By log; under no log, the checkpoint of the register. */
export type IngestedLogs = ReadonlyMap<string, Ingested>

export const ingestedFolder = (home: Home): string => join(home.audit, 'ingested')
const fileName = (database: string) => hash('sha256', database).slice(0, 16)
const origin = (database: string) => `calltrail/ingested/${fileName(database)}`

/**
 * Keeps, signed, how far a database is: what it has lost since is told from what it has not taken in yet. It never goes
 * back; where nobody can sign, nothing is kept.
 */
export function keepIngested(home: Home, database: string, now: IngestedLogs): void {
  const register = readRegister(home)
  const key = register && signingKeyFor(home, register.keys.at(-1))
  if (!key) return
  const before = readMark(home, fileName(database), register.keys)?.logs ?? new Map<string, Ingested>()
  const known = new Map(before)
  for (const [log, position] of now) known.set(log, furthest(before.get(log), position))
  const lines = [...known].sort(([a], [b]) => (a < b ? -1 : 1)).map(lineOf)
  const text = `${origin(database)}\n${lines.join('')}`
  const path = join(ingestedFolder(home), fileName(database))
  if (readIfThere(path)?.toString().startsWith(`${text}\n`)) return
  makeFolder(ingestedFolder(home))
  replaceFile(path, signNote(text, origin(database), key))
}

const lineOf = ([log, { entries, bodies, checkpoint }]: readonly [string, Ingested]) =>
  `${log || '-'} ${entries} ${bodies} ${checkpoint}\n`

const furthest = (before: Ingested | undefined, now: Ingested): Ingested => ({
  entries: Math.max(before?.entries ?? 0, now.entries),
  bodies: Math.max(before?.bodies ?? 0, now.bodies),
  checkpoint: Math.max(before?.checkpoint ?? 0, now.checkpoint),
})

export interface IngestedMark {
  readonly logs: IngestedLogs
  readonly findings: readonly Finding[]
}

/** Null where nothing is known of this database. */
export function readIngested(home: Home, database: string): IngestedMark | null {
  return readMark(home, fileName(database), keysOf(home))
}

/** Of all databases that this home was ever ingested into, together. */
export function readAllIngested(home: Home): IngestedMark {
  const keys = keysOf(home)
  const marks = listFolder(ingestedFolder(home)).flatMap((name) =>
    /^[0-9a-f]{16}$/.test(name) ? (readMark(home, name, keys) ?? []) : [],
  )
  const logs = new Map<string, Ingested>()
  for (const mark of marks)
    for (const [log, position] of mark.logs) logs.set(log, furthest(logs.get(log), position))
  return { logs, findings: marks.flatMap(({ findings }) => findings) }
}

const keysOf = (home: Home) => [...new Set([...(readRegister(home)?.keys ?? []), ...ownKeys(home)])]

function readMark(home: Home, name: string, keys: readonly PublicKey[]): IngestedMark | null {
  const note = readIfThere(join(ingestedFolder(home), name))?.toString()
  if (note === undefined) return null
  const opened = openNote(note, `calltrail/ingested/${name}`, keys)
  const [said, ...lines] = opened?.text.trimEnd().split('\n') ?? []
  if (said === `calltrail/ingested/${name}`)
    return { logs: new Map(lines.flatMap((line) => parsed(line))), findings: [] }
  const problem = 'no key of this home has signed it as it is'
  const finding = { log: null, seq: null, file: `audit/ingested/${name}`, offset: null, problem }
  return { logs: new Map(), findings: [finding] }
}

function parsed(line: string): readonly (readonly [string, Ingested])[] {
  const [log = '', ...numbers] = line.split(' ')
  const [entries = 0, bodies = 0, checkpoint = 0] = numbers.map(Number)
  return [[log === '-' ? '' : log, { entries, bodies, checkpoint }]]
}
