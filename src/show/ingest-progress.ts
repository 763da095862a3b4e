import { count, duration } from './quantities.ts'

export interface IngestProgress {
  /** So many entries are ingested. */
  step(entries: number): void
  /** Leaves nothing on the screen. */
  end(): void
}

/** What takes no longer is not worth a line. */
const quietMs = 500

/** A line that a terminal shows while an ingest takes its time; a pipe gets none. */
export function ingestProgress(
  stream: { readonly isTTY?: boolean; write(text: string): unknown },
  now: () => number = () => performance.now(),
): IngestProgress {
  const begun = now()
  let isShown = false
  return {
    step(entries) {
      const elapsedMs = now() - begun
      if (!stream.isTTY || elapsedMs < quietMs) return
      isShown = true
      stream.write(`\r\u001b[2Kingesting: ${count(entries, 'entry', 'entries')} · ${duration(elapsedMs)}`)
    },
    end() {
      if (isShown) stream.write('\r\u001b[2K')
      isShown = false
    },
  }
}
