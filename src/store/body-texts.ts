import type { JournalReader } from '../domain/journal.ts'
import type { Row, Store } from '../domain/store.ts'
import type { BodyOffsetRow, BodyRow, QueryName } from './queries.ts'
import { selectIn } from './select-in.ts'

export type Texts = Pick<ReadonlyMap<string, string>, 'get'>

/** Bodies on their way into the database, and those that were read last kept at hand. */
export interface BodyTexts {
  /** Inserts what the logs have that the database has not. */
  ingest(logs: Iterable<string>): Promise<void>
  /** By digest, until more is ingested; what was not kept is missing. */
  find(digests: Iterable<string>): Promise<Texts>
}

/** Characters. */
const maxGroup = 8 * 1024 * 1024
const maxKept = 32 * 1024 * 1024

export async function bodyTexts(store: Store<QueryName>, journal: JournalReader): Promise<BodyTexts> {
  const offsets = new Map<string, number>()
  for await (const { log, next_offset } of store.query<BodyOffsetRow>('body_offsets'))
    offsets.set(log, next_offset)
  const kept = new Map<string, string>()
  let keptLength = 0

  function keep(digest: string, text: string): void {
    kept.set(digest, text)
    keptLength += text.length
    if (keptLength <= maxKept) return
    for (const [oldest, its] of kept) {
      kept.delete(oldest)
      keptLength -= its.length
      if (keptLength <= maxKept) return
    }
  }

  return {
    async ingest(logs) {
      let group: Row[] = []
      let length = 0
      for (const log of logs) {
        for await (const { body, nextOffset } of journal.bodies(log, offsets.get(log) ?? 0)) {
          const { digest, text, bytes } = body
          group.push({ digest, text, bytes, log, next_offset: nextOffset })
          keep(digest, text)
          offsets.set(log, nextOffset)
          length += text.length
          if (length < maxGroup) continue
          await store.append({ bodies: group })
          group = []
          length = 0
        }
      }
      if (group.length > 0) await store.append({ bodies: group })
    },

    async find(digests) {
      const missing: string[] = []
      for (const digest of digests) if (!kept.has(digest)) missing.push(digest)
      const found = new Map<string, string>()
      for await (const { digest, text } of selectIn<BodyRow>(store, 'bodies', missing))
        found.set(digest, text)
      return { get: (digest) => kept.get(digest) ?? found.get(digest) }
    },
  }
}
