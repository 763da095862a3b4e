import type { Score } from '../domain/grader.ts'
import type { Grading } from './grade.ts'
import type { TrialEntry } from './trial-entry.ts'

const draftMark = 'draft: '

/** What is said of a trial of a draft, which nobody can judge yet: whether it did what the case says so far. */
export function draftMessage(outcome: Grading['outcome'], message: string | null): string {
  if (outcome === 'passed') return `${draftMark}would pass`
  return (
    draftMark +
    (outcome === 'failed' ? 'would fail' : 'could not be judged') +
    (message ? `, ${message}` : '')
  )
}

/** What `draftMessage` wrote, without its mark; null for any other trial. */
export function readDraft({ outcome, message }: Pick<TrialEntry, 'outcome' | 'message'>): string | null {
  return outcome === 'not judged' && message?.startsWith(draftMark) ? message.slice(draftMark.length) : null
}

/** The scores of a draft count in nothing: what they hold it to was never decided. Measurements stay. */
export function undecided(scores: readonly Score[]): readonly Score[] {
  return scores.map((score) => {
    if (score.passed === null && score.value === null) return score
    const { grader, reason } = score
    return score.passed === null ? score : { grader, value: null, passed: null, reason: `draft: ${reason}` }
  })
}
