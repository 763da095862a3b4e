import { join } from 'node:path'
import type { Row, Store, StoreReader } from '../domain/store.ts'
import { openCheckpoint, originOfLog } from '../journal/audit/checkpoint.ts'
import type { Finding } from '../journal/audit/finding.ts'
import { type IngestedLogs, keepIngested } from '../journal/audit/ingested.ts'
import { checkpointFile } from '../journal/audit/log-seal.ts'
import { countOf, rootOf, toBase64 } from '../journal/audit/merkle-tree.ts'
import { type Register, readRegister, registerCheckpointFile } from '../journal/audit/register.ts'
import { logsOf } from '../journal/audit/seal-logs.ts'
import { ownKeys } from '../journal/audit/signing-key.ts'
import type { Claim } from '../journal/audit/verify-log.ts'
import { type Home, readIfThere } from '../journal/home.ts'
import type { BodyOffsetRow, CheckpointRow, EntryCountRow, QueryName } from './queries.ts'

/**
 * Keeps what was signed since the last time: whoever changes the home does not change what the database remembers. The home
 * keeps how far the `database` is: whoever changes that does not change what the home remembers.
 */
export async function ingestCheckpoints(
  home: Home,
  store: Store<QueryName>,
  database = 'embedded',
): Promise<void> {
  const register = readRegister(home)
  if (register === null) return
  const known = new Map<string, number>()
  for await (const { log, size } of store.query<{ log: string; size: number }>('checkpoint_sizes'))
    known.set(log, size)
  const ingested = new Map<string, number>()
  for await (const { log, last } of store.query<EntryCountRow>('entry_counts')) ingested.set(log, last + 1)
  const isNew = (log: string, size: number) => size > (known.get(log) ?? -1)
  const grown = [...register.logs].flatMap(([log, { heads }]) => {
    const isGrown = isNew(log, heads.at(-1)?.size ?? -1)
    return isGrown ? rowsOf(log, checkpointFile(join(home.journal, log)), originOfLog(log), register) : []
  })
  const whole = rowsOf('', registerCheckpointFile(home), register.origin, register)
  // A checkpoint in the database says that its entries are there too.
  const isWhole = (log: string, size: number) => log === '' || size <= (ingested.get(log) ?? 0)
  const checkpoints = [...grown, ...whole].filter(({ log, size }) => isNew(log, size) && isWhole(log, size))
  if (checkpoints.length > 0) await store.append({ checkpoints })
  for (const { log, size } of checkpoints) known.set(log, size)
  const bodies = new Map<string, number>()
  for await (const { log, next_offset } of store.query<BodyOffsetRow>('body_offsets'))
    bodies.set(log, next_offset)
  const own = new Set(['', ...logsOf(home), ...register.logs.keys()])
  const positions = [...own].map((log) => {
    const [entries, checkpoint] = [ingested.get(log) ?? 0, known.get(log) ?? 0]
    return [log, { entries, bodies: bodies.get(log) ?? 0, checkpoint }] as const
  })
  keepIngested(
    home,
    database,
    new Map(positions.filter(([, { entries, checkpoint }]) => entries + checkpoint > 0)),
  )
}

function rowsOf(log: string, file: string, origin: string, { keys }: Register) {
  const note = readIfThere(file)?.toString()
  const checkpoint = note === undefined ? null : openCheckpoint(note, origin, keys)
  if (note === undefined || checkpoint === null) return []
  const { size, root } = checkpoint
  const at = new Date().toISOString()
  return [{ log, size, root: toBase64(root), note, at } satisfies Row]
}

export interface StoredClaims {
  readonly claims: ReadonlyMap<string, readonly Claim[]>
  readonly findings: readonly Finding[]
}

/**
 * What the database remembers of the logs of this home, whether the register is what it remembers, and whether it still has
 * what it had when it was `ingested`.
 */
export async function storedClaims(
  home: Home,
  store: StoreReader<QueryName>,
  ingested: IngestedLogs = new Map(),
): Promise<StoredClaims> {
  const register = readRegister(home)
  // A register that is gone is missed by who still has the key.
  const keys = [...(register?.keys ?? []), ...ownKeys(home)]
  const own = new Set([...logsOf(home), ...(register?.logs.keys() ?? []), ...ingested.keys()])
  const claims = new Map<string, Claim[]>()
  const findings: Finding[] = []
  const there = new Map<string, number>()
  for await (const { log, size, root, note } of store.query<CheckpointRow>('checkpoints')) {
    const origin = log === '' ? note.slice(0, note.indexOf('\n')) : originOfLog(log)
    const checkpoint = openCheckpoint(note, origin, keys)
    const isOwn = log === '' ? origin === register?.origin : own.has(log)
    if (isOwn) there.set(log, Math.max(size, there.get(log) ?? 0))
    if (checkpoint === null || checkpoint.size !== size || toBase64(checkpoint.root) !== root) {
      if (isOwn) findings.push(at(log, 'no key of this home has signed this row as it is'))
    } else if (log !== '')
      claims.set(log, [...(claims.get(log) ?? []), { ...checkpoint, by: 'the database' }])
    else if (!register || !bearsOut(register, checkpoint))
      findings.push({
        ...{ log: null, seq: null, file: 'audit/register.jsonl', offset: null },
        problem: `its first ${size} lines are not those that the database has a checkpoint of`,
      })
  }
  const missing = [...ingested].find(([log, { checkpoint }]) => checkpoint > (there.get(log) ?? 0))
  if (missing)
    findings.push(
      at(
        missing[0],
        `the checkpoint of ${missing[1].checkpoint} ${unit(missing[0])}, which was kept here, is missing`,
      ),
    )
  return { claims, findings: findings.slice(0, 1) }
}

const unit = (log: string) => (log === '' ? 'lines of the register' : 'entries')

const at = (log: string, problem: string): Finding => ({
  ...{ log: log || null, seq: null, file: 'database:checkpoints', offset: null, problem },
})

function bearsOut({ leaves }: Register, { size, root }: { size: number; root: string }): boolean {
  return size <= countOf(leaves) && rootOf(leaves, size) === root
}
