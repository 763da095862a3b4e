import { setTimeout as sleep } from 'node:timers/promises'
import { describeError } from '../errors.ts'
import { count } from '../show/quantities.ts'
import type { IngestReport } from '../store/ingest.ts'
import { say } from './run-command.ts'

/** How often it is looked whether the journal has grown, and how long its growth alone decides. */
const lookMs = 1_000
const untoldMs = 15_000
/** After an ingest that took long. */
const longestRestMs = 10_000
/** Between attempts while the database does not answer: doubled up to this. */
const longestWaitMs = 30_000

export type Ingest = () => Promise<IngestReport>

export interface Ingestion {
  readonly ingest: Ingest
  readonly journalBytes: () => number
  readonly state: { lastEnded: string | null; outage: string | null }
}

/** Whenever the journal has grown; and now and then, since a recorder that was killed leaves no trace in it. */
export async function ingestUntil(
  signal: AbortSignal,
  { ingest, journalBytes, state }: Ingestion,
): Promise<void> {
  let known = -1
  let lastMs = Number.NEGATIVE_INFINITY
  let waitMs = lookMs
  while (!signal.aborted) {
    const bytes = journalBytes()
    const isDue = bytes !== known || performance.now() - lastMs > untoldMs
    if (!isDue) waitMs = lookMs
    else
      try {
        const beganMs = performance.now()
        tell(await ingest())
        if (state.outage !== null) say('the database answers again')
        ;[known, lastMs] = [bytes, performance.now()]
        waitMs = restAfter(lastMs - beganMs)
        Object.assign(state, { lastEnded: new Date().toISOString(), outage: null })
      } catch (error) {
        const reason = describeError(error)
        if (reason !== state.outage)
          say(`${reason}; what is recorded stays in the journal, and is ingested once it answers`)
        state.outage = reason
        waitMs = Math.min(waitMs * 2, longestWaitMs)
      }
    await sleep(waitMs, undefined, { signal }).catch(() => undefined)
  }
}

/** Few entries take nearly as long as many: those that come every second are waited for, so that a tenth of the time goes on them. */
export function restAfter(tookMs: number): number {
  return Math.min(Math.max(lookMs, 9 * tookMs), longestRestMs)
}

function tell({ entries, spans, links }: IngestReport): void {
  if (entries === 0) return
  say(
    `ingested ${count(entries, 'entry', 'entries')}: ${count(spans, 'span', 'spans')}, ${count(links, 'link', 'links')}`,
  )
}
