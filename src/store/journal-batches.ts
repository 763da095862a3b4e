import type { BodyRef, Entry } from '../domain/entry.ts'
import type { JournalReader, StoredEntry } from '../domain/journal.ts'

/** The next `seq` of each log that has one in the database. */
export type Positions = Map<string, number>

/** Roughly what the spans of a batch will hold: it is in memory as a whole. */
const maxBytes = 16 * 1024 * 1024

/** Entries of these logs from `positions` on, in batches; many small logs share one. Moves `positions` on. */
export async function* journalBatches(
  journal: JournalReader,
  logs: readonly string[],
  positions: Positions,
  maxEntries = 10_000,
): AsyncIterable<readonly StoredEntry[]> {
  let batch: StoredEntry[] = []
  let bytes = 0
  for (const log of logs) {
    for await (const stored of journal.entries(log, positions.get(log) ?? 0)) {
      batch.push(stored)
      bytes += weight(stored)
      positions.set(log, stored.entry.seq + 1)
      if (batch.length < maxEntries && bytes < maxBytes) continue
      yield batch
      batch = []
      bytes = 0
    }
  }
  if (batch.length > 0) yield batch
}

/** Entries that are not in the database. */
export async function countBehind(journal: JournalReader, positions: Positions): Promise<number> {
  let count = 0
  for (const { log } of await journal.logs())
    for await (const _ of journal.entries(log, positions.get(log) ?? 0)) count += 1
  return count
}

/**
 * Logs with something new. What an ingester wrote before it was killed goes first: a link that is in the journal is
 * known then, and not written again.
 */
export async function newLogs(journal: JournalReader, positions: Positions): Promise<readonly string[]> {
  const ofIngesters: string[] = []
  const ofRecorders: string[] = []
  for (const { log } of await journal.logs()) {
    const first = await firstOf(journal.entries(log, positions.get(log) ?? 0))
    if (first) (first.entry.kind === 'link' ? ofIngesters : ofRecorders).push(log)
  }
  return [...ofIngesters, ...ofRecorders]
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}

function weight({ line, entry }: StoredEntry): number {
  return line.length + spanBodies(entry).reduce((sum, { bytes }) => sum + bytes, 0)
}

/** The bodies whose text a span holds. */
function spanBodies({ kind, data }: Entry): readonly BodyRef[] {
  if (kind === 'tool_request' || kind === 'decision') return [data.arguments]
  if (kind === 'tool_result') return data.result ? [data.result] : []
  if (kind === 'model_request') return data.prompt ? [data.prompt] : []
  return kind === 'model_response' && data.content ? [data.content] : []
}
