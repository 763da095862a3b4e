import { escapeText } from './escape.ts'
import { wrap } from './table.ts'
import type { Terminal } from './terminal.ts'

/** Whose recordings a run has graded again, and by what they were graded then. */
export interface Rescored {
  readonly run: string
  /** Versions of the graders; null where a run does not say. */
  readonly graders: { readonly before: number | null; readonly now: number | null }
  /** Of each suite the hash of what is expected; `before` is null where the other run is not known any more. */
  readonly truths: readonly { readonly suite: string; readonly before: string | null; readonly now: string }[]
}

export function rescoredLines({ run, graders, truths }: Rescored, { columns }: Terminal): readonly string[] {
  const { before, now } = graders
  const changed = truths.filter((truth) => truth.before !== null && truth.before !== truth.now)
  const words = [
    `grades the recordings of ${run} again`,
    before === now
      ? `graders ${now ?? 'unknown'} as then`
      : `graders ${now ?? 'unknown'}, then ${before ?? 'unknown'}`,
    ...(changed.length === 0
      ? ['the same truths']
      : changed.map(
          (truth) => `truths of ${truth.suite} ${truth.now.slice(0, 12)}, then ${truth.before?.slice(0, 12)}`,
        )),
  ]
  return wrap(escapeText(words.join(' · ')).split(' '), columns)
}
