import type { CaseNotes, Replays } from '../evaluate/replays.ts'
import { sum } from '../evaluate/statistics/mean.ts'
import { escapeText } from './escape.ts'
import { count } from './quantities.ts'
import { cut } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

const shownCases = 8
const shownNotes = 3

/** A section for the cases that nobody has decided yet, one for what cassettes did not hold, one for what was not cleaned up. */
export function replayLines(
  { drafts, misses, teardowns }: Replays & { readonly teardowns: readonly CaseNotes[] },
  terminal: Terminal,
): readonly (readonly string[])[] {
  return [
    section(
      'Drafts: played, and not judged. Decide what should have happened, then take out `draft: true`',
      drafts,
      terminal,
    ),
    section('Calls that were not recorded in the cassette', misses, terminal),
    section(
      `Tear-down failed in ${count(sum(teardowns.map(({ trials }) => trials)), 'trial')}: what they left may still be there`,
      teardowns,
      terminal,
    ),
  ]
}

function section(heading: string, cases: Replays['drafts'], terminal: Terminal): readonly string[] {
  if (cases.length === 0) return []
  const more = cases.length - shownCases
  return [
    heading,
    ...cases
      .slice(0, shownCases)
      .flatMap((each) => [
        `  ${escapeText(`${each.suite}/${each.case}`)}  ${each.trials}/${count(each.of, 'trial')}`,
        ...each.notes
          .slice(0, shownNotes)
          .map(({ note, trials }) => cut(`    ${trials} × ${escapeText(note)}`, terminal.columns)),
      ]),
    ...(more > 0 ? [paint(`  and ${count(more, 'more case')}`, 'quiet', terminal)] : []),
  ]
}
