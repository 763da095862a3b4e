import type { Denominators } from '../evaluate/cell-denominators.ts'
import type { CaseNotes } from '../evaluate/replays.ts'
import type { Summary } from '../evaluate/summary.ts'
import { amount, count } from './quantities.ts'

/** What a planned trial can come to, in the order in which all reports tell it. */
export const denominatorNames: readonly (readonly [keyof Denominators, string])[] = [
  ['planned', 'planned'],
  ['judged', 'judged'],
  ['notJudged', 'not judged'],
  ['infrastructureErrors', 'infrastructure errors'],
  ['budgetStops', 'budget stops'],
  ['missing', 'missing'],
]

/** `12/12 trials + 24 played again by the gate`. */
export function playedFact({
  done,
  planned,
  replayed,
}: {
  readonly done: number
  readonly planned: number
  readonly replayed: number
}): string {
  const again = replayed > 0 ? ` + ${amount(replayed)} played again by the gate` : ''
  return `${amount(done)}/${amount(planned)} trials${again}`
}

/** `time limit`, `shard 1/2: 10 of 18 trials`; nothing of a run that was played as a whole. */
export function partFacts({
  state,
  part,
  planned,
}: {
  readonly state: string
  readonly part: { readonly shards: readonly string[]; readonly ofTrials: number } | null
  readonly planned: number
}): readonly string[] {
  const shards = part
    ? `shard ${part.shards.join(', ')}: ${amount(planned)} of ${count(part.ofTrials, 'trial')}`
    : null
  return [...(state === 'completed' ? [] : [state]), ...(shards === null ? [] : [shards])]
}

/** `8 trials planned: 4 judged`, `1 infrastructure error` …; what there is none of is left out. Null where all were judged. */
export function denominatorFacts(
  of: Denominators,
): { readonly label: string; readonly facts: readonly string[] } | null {
  if (of.judged === of.planned) return null
  const told = [
    [of.notJudged, `${amount(of.notJudged)} not judged`],
    [of.infrastructureErrors, count(of.infrastructureErrors, 'infrastructure error')],
    [of.budgetStops, count(of.budgetStops, 'budget stop')],
    [of.missing, `${amount(of.missing)} missing`],
  ] as const
  return {
    label: `${count(of.planned, 'trial')} planned: `,
    facts: [`${amount(of.judged)} judged`, ...told.flatMap(([trials, fact]) => (trials > 0 ? [fact] : []))],
  }
}

/** `refused 3`, commonest first. */
export function endingFacts({ endings }: Pick<Summary, 'endings'>): readonly string[] {
  return endings.map(({ ending, trials }) => `${ending} ${amount(trials)}`)
}

/** `half an answer 2`, commonest first. */
export function infrastructureFacts({
  infrastructureEndings,
}: Pick<Summary, 'infrastructureEndings'>): readonly string[] {
  return infrastructureEndings.map(({ ending, trials }) => `${ending} ${amount(trials)}`)
}

/** `wrong arguments 31`, commonest first. */
export function categoryFacts({ categories }: Pick<Summary, 'categories'>): readonly string[] {
  return categories.map(({ category, trials }) => `${category} ${amount(trials)}`)
}

/** ` (without baseline:random)`: whose failures are not told; nothing where those of all models are. */
export function withoutWords({ silent }: { readonly silent: readonly string[] }): string {
  return silent.length > 0 ? ` (without ${silent.join(', ')})` : ''
}

/** `words/note in 3 of 4 trials`: what these left behind may still be there. */
export function teardownFacts({
  teardowns,
}: {
  readonly teardowns: readonly CaseNotes[]
}): readonly string[] {
  return teardowns.map(
    ({ suite, case: id, trials, of }) => `${suite}/${id} in ${amount(trials)} of ${count(of, 'trial')}`,
  )
}
