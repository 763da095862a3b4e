import type { BodyRef, Entry } from '../domain/entry.ts'
import type { JournalReader, StoredEntry } from '../domain/journal.ts'

/** The next `seq` of each log that has one in the database. */
export type Positions = Map<string, number>

/** Roughly what the spans of a batch will hold: it is in memory as a whole. */
export const maxBatchBytes = 16 * 1024 * 1024

/** Entries of these logs from `positions` on, in batches; many small logs share one. Moves `positions` on. */
export async function* journalBatches(
  journal: JournalReader,
  logs: readonly string[],
  positions: Positions,
  maxEntries = 30_000,
): AsyncIterable<readonly StoredEntry[]> {
  let batch: StoredEntry[] = []
  let bytes = 0
  for (const log of logs) {
    for await (const stored of journal.entries(log, positions.get(log) ?? 0)) {
      batch.push(stored)
      bytes += weight(stored)
      positions.set(log, stored.entry.seq + 1)
      if (batch.length < maxEntries && bytes < maxBatchBytes) continue
      yield batch
      batch = []
      bytes = 0
    }
  }
  if (batch.length > 0) yield batch
}

export interface Behind {
  /** Entries that are not in the database. */
  readonly behind: number
  /** When the oldest of them was written, in ISO 8601; null where there are none. */
  readonly behindSince: string | null
}

export async function countBehind(journal: JournalReader, positions: Positions): Promise<Behind> {
  let behind = 0
  let behindSince: string | null = null
  for (const { log } of await journal.logs())
    for await (const { entry } of journal.entries(log, positions.get(log) ?? 0)) {
      behind += 1
      if (behindSince === null || entry.at < behindSince) behindSince = entry.at
    }
  return { behind, behindSince }
}

export interface NewLogs {
  readonly ofRecorders: readonly string[]
  /** They go last: what they say of the end of a session is true once all that was recorded of it is there. */
  readonly ofIngesters: readonly string[]
}

/** Logs with something new. An ingester writes links, and the ends of sessions whose recorder was killed. */
export async function newLogs(journal: JournalReader, positions: Positions): Promise<NewLogs> {
  const ofIngesters: string[] = []
  const ofRecorders: string[] = []
  for (const { log } of await journal.logs()) {
    const kind = (await firstOf(journal.entries(log, positions.get(log) ?? 0)))?.entry.kind
    if (kind === undefined) continue
    const isOfIngester = kind === 'link' || kind === 'session_closed'
    ;(isOfIngester ? ofIngesters : ofRecorders).push(log)
  }
  return { ofRecorders, ofIngesters }
}

async function firstOf<T>(items: AsyncIterable<T>): Promise<T | undefined> {
  for await (const item of items) return item
  return undefined
}

function weight({ line, entry }: StoredEntry): number {
  return line.length + (spanBody(entry)?.bytes ?? 0)
}

/** The body of the entry whose text a span holds. */
export function spanBody({ kind, data }: Entry): BodyRef | null {
  if (kind === 'tool_request' || kind === 'decision') return data.arguments
  if (kind === 'tool_result') return data.result
  if (kind === 'model_request') return data.prompt
  return kind === 'model_response' ? data.content : null
}
