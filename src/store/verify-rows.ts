import { hash } from 'node:crypto'
import { join } from 'node:path'
import { isJsonObject, readJson } from '../domain/json.ts'
import type { StoreReader } from '../domain/store.ts'
import type { Finding } from '../journal/audit/finding.ts'
import type { IngestedLogs } from '../journal/audit/ingested.ts'
import { prefixedLeaf } from '../journal/audit/merkle-tree.ts'
import { packName, segmentName, seriesFiles, storedLines } from '../journal/audit/stored-lines.ts'
import type { ClaimsOf } from '../journal/audit/verify-home.ts'
import type { Home } from '../journal/home.ts'
import type {
  BlockRow,
  BodyHashRow,
  BodyOffsetRow,
  CountRow,
  EntryCountRow,
  EntryHashRow,
  QueryName,
} from './queries.ts'
import { rowsOf } from './rows-of.ts'

export interface RowsToVerify {
  readonly logs: readonly string[]
  readonly claims: ClaimsOf
  readonly ingested?: IngestedLogs | undefined
}

export interface RowsVerdict {
  /** Rows that are as the journal has them. */
  readonly entries: number
  readonly bodies: number
  /** Entries that no ingest has taken up yet. */
  readonly behind: number
  /** Logs in the database that this home knows nothing of: those of others, who share it. */
  readonly foreignLogs: number
  readonly findings: readonly Finding[]
}

const entryBlock = 4096
const bodyBlock = 1_048_576

/** One row as the journal has it: where it belongs, and its hash as one character a byte. */
interface Expected {
  readonly key: number
  readonly hash: string
}

/**
 * The rows of entries and bodies against the journal, each log as far as it was ingested: as its rows say, what the
 * database `claims` to have had, and what the home has kept of it.
 */
export async function verifyRows(
  home: Home,
  store: StoreReader<QueryName>,
  { logs, claims, ingested: kept }: RowsToVerify,
): Promise<RowsVerdict> {
  const counts = new Map(
    (await rowsOf(store.query<EntryCountRow>('entry_counts'))).map((row) => [row.log, row]),
  )
  const offsets = new Map(
    (await rowsOf(store.query<BodyOffsetRow>('body_offsets'))).map((row) => [row.log, row.next_offset]),
  )
  const bodyCounts = new Map(
    (await rowsOf(store.query<CountRow>('body_counts'))).map((row) => [row.log, row.rows]),
  )
  const findings: Finding[] = []
  const total = { entries: 0, bodies: 0, behind: 0 }
  for (const log of logs) {
    const claimed = claims.get(log)?.map(({ size }) => size) ?? []
    const had = kept?.get(log)
    const ingested = Math.max((counts.get(log)?.last ?? -1) + 1, had?.entries ?? 0, ...claimed)
    const { leaves, behind } = expectedEntries(home, log, ingested)
    const entries = await compareEntries(store, log, leaves, ingested)
    const offset = Math.max(offsets.get(log) ?? 0, had?.bodies ?? 0)
    const bodies = await compareBodies(store, log, expectedBodies(home, log, offset), offset + 1)
    findings.push(...[entries, bodies].flatMap((finding) => finding ?? []))
    total.entries += counts.get(log)?.entries ?? 0
    total.bodies += bodyCounts.get(log) ?? 0
    total.behind += behind
  }
  const known = new Set([...logs, ...claims.keys()])
  const foreignLogs = [...counts.keys()].filter((log) => !known.has(log)).length
  return { ...total, foreignLogs, findings }
}

const at = (table: string, log: string, seq: number | null, problem: string): Finding => ({
  ...{ log, seq, file: `database:${table}`, offset: null, problem },
})

function expectedEntries(home: Home, log: string, ingested: number) {
  const leaves: Expected[] = []
  let behind = 0
  for (const { path } of seriesFiles(join(home.journal, log), segmentName))
    for (const { prefixed, isWhole } of storedLines(path)) {
      if (!isWhole) continue
      if (leaves.length < ingested) leaves.push({ key: leaves.length, hash: prefixedLeaf(prefixed) })
      else behind += 1
    }
  return { leaves, behind }
}

function expectedBodies(home: Home, log: string, ingested: number): readonly Expected[] {
  const bodies: Expected[] = []
  for (const { path, start } of seriesFiles(join(home.journal, log), packName))
    for (const { prefixed, offset, isWhole } of storedLines(path)) {
      const key = start + offset + prefixed.length
      if (!isWhole || key > ingested) return bodies
      const body = readJson(prefixed.toString('utf8', 1))
      // Of what somebody has made no body any more, no row is what the journal has.
      const { digest, bytes, text } = isJsonObject(body) ? body : {}
      bodies.push({ key, hash: hash('sha256', `${digest}${bytes}${text}`, 'binary') })
    }
  return bodies
}

async function compareEntries(
  store: StoreReader<QueryName>,
  log: string,
  expected: readonly Expected[],
  to: number,
): Promise<Finding | null> {
  const blocks = await rowsOf(store.query<BlockRow>('entry_blocks', { log, block: entryBlock, to }))
  const block = firstDifference(blocks, expected, entryBlock)
  if (block === null) return null
  const range = { log, from: block * entryBlock, to: Math.min(to, (block + 1) * entryBlock) }
  const rows = await rowsOf(store.query<EntryHashRow>('entry_hashes', range))
  const misfit = rows.find(({ fits }) => !fits)
  const wanted = expected.slice(range.from, range.to)
  const found = differingRow(
    rows.map(({ seq, hash }) => ({ key: seq, hash })),
    wanted,
  )
  if (found) return at('entries', log, found.key, problems[found.problem])
  return misfit
    ? at('entries', log, misfit.seq, 'a column of this row is not what its entry says')
    : at('entries', log, range.from, 'rows were changed while they were read')
}

async function compareBodies(
  store: StoreReader<QueryName>,
  log: string,
  expected: readonly Expected[],
  to: number,
): Promise<Finding | null> {
  const blocks = await rowsOf(store.query<BlockRow>('body_blocks', { log, block: bodyBlock, to }))
  const block = firstDifference(blocks, expected, bodyBlock)
  if (block === null) return null
  const range = { log, from: block * bodyBlock, to: Math.min(to, (block + 1) * bodyBlock) }
  const rows = await rowsOf(store.query<BodyHashRow>('body_hashes', range))
  const found = differingRow(
    rows.map(({ next_offset, hash }) => ({ key: next_offset, hash })),
    expected.filter(({ key }) => key >= range.from && key < range.to),
  )
  const problem = found ? problems[found.problem] : 'rows were changed while they were read'
  const finding = at('bodies', log, null, `${problem} (next_offset ${found?.key ?? range.from})`)
  return finding
}

const problems = {
  changed: 'this row is not what the journal has',
  missing: 'this row is missing',
  added: 'the journal has no such row',
}

/** The first block whose rows do not add up to what the journal has; null without one. */
function firstDifference(
  blocks: readonly BlockRow[],
  expected: readonly Expected[],
  size: number,
): number | null {
  const found = new Map(blocks.map((row) => [row.block, row.hash]))
  const groups = new Map<number, string[]>()
  for (const { key, hash } of expected) {
    const block = Math.floor(key / size)
    const group = groups.get(block)
    if (group) group.push(hash)
    else groups.set(block, [hash])
  }
  for (const [block, hashes] of groups)
    if (found.get(block) !== hash('sha256', Buffer.from(hashes.join(''), 'latin1'))) return block
  return blocks.find(({ block }) => !groups.has(block))?.block ?? null
}

function differingRow(rows: readonly Expected[], expected: readonly Expected[]) {
  const wanted = new Map(expected.map(({ key, hash }) => [key, Buffer.from(hash, 'latin1').toString('hex')]))
  const seen = new Set<number>()
  for (const { key, hash } of rows) {
    const hashed = wanted.get(key)
    if (hashed === undefined || seen.has(key)) return { key, problem: 'added' } as const
    if (hashed !== hash) return { key, problem: 'changed' } as const
    seen.add(key)
  }
  const missing = expected.find(({ key }) => !seen.has(key))
  return missing ? ({ key: missing.key, problem: 'missing' } as const) : null
}
