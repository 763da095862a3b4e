import { readDraft } from './draft.ts'
import { caseKey, type GradedTrial } from './graded-trial.ts'
import { groupBy } from './group-by.ts'

/** What is in no rate, and must not be silent. */
export interface Replays {
  /** Cases that nobody has decided yet, with what their trials would have come to, commonest first. */
  readonly drafts: readonly CaseNotes[]
  /** Cases with calls that their cassette does not hold: in how many trials, and which calls. */
  readonly misses: readonly CaseNotes[]
}

export interface CaseNotes {
  readonly suite: string
  readonly case: string
  readonly trials: number
  /** Of all the trials that were played. */
  readonly of: number
  readonly notes: readonly { readonly note: string; readonly trials: number }[]
}

export function summariseReplays(trials: readonly GradedTrial[]): Replays {
  const played = trials.filter(({ trial }) => trial.outcome !== 'infrastructure')
  const cases = [...groupBy(played, caseKey).values()]
  return {
    drafts: cases.flatMap((group) => notesOn(group, ({ trial }) => readDraft(trial))),
    misses: cases.flatMap((group) => notesOn(group, (each) => countedIn(each, 'replay'))),
  }
}

/** Cases whose tear-down failed: in how many trials, and how. */
export function failedTeardowns(trials: readonly GradedTrial[]): readonly CaseNotes[] {
  return [...groupBy(trials, caseKey).values()].flatMap((group) =>
    notesOn(group, (each) => countedIn(each, 'teardown')),
  )
}

/** What a measurement found, where that is anything. */
function countedIn({ scores }: GradedTrial, name: string): string | null {
  const measured = scores.find(({ grader }) => grader === name)
  return measured?.value ? measured.reason : null
}

function notesOn(
  group: readonly GradedTrial[],
  noteOf: (trial: GradedTrial) => string | null,
): readonly CaseNotes[] {
  const notes = group.flatMap((each) => noteOf(each) ?? [])
  const [first] = group
  if (!first || notes.length === 0) return []
  const counted = Array.from(
    groupBy(notes, (note) => note),
    ([note, same]) => ({ note, trials: same.length }),
  ).sort((a, b) => b.trials - a.trials)
  const { suite, case: id } = first.trial
  return [{ suite, case: id, trials: notes.length, of: group.length, notes: counted }]
}
