import type { CaseFailure, Summary } from '../evaluate/summary.ts'
import { escapeText } from './escape.ts'
import { failureReasons } from './failure-reasons.ts'
import { count } from './quantities.ts'
import { cut, table, wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'
import { textWidth } from './text-width.ts'
import { categoryFacts, withoutWords } from './trial-counts.ts'

const shownFailures = 8

/** The cases that fail most, each with why. */
export function failureLines(
  summary: Summary,
  silent: readonly string[],
  terminal: Terminal,
): readonly string[] {
  if (summary.failures.length === 0) return []
  const shown = summary.failures.slice(0, shownFailures)
  const cases = table(
    [{ head: '' }, { head: '', align: 'right' }],
    shown.map((each) => [`  ${escapeText(`${each.suite}/${each.case}`)}`, `${each.passed}/${each.judged}`]),
    terminal.columns,
  ).rows
  const more = summary.failures.length - shownFailures
  return [
    `Where it fails most${withoutWords({ silent })}`,
    ...wrap(categoryFacts(summary), terminal.columns, { label: '  ', between: ' · ' }),
    ...shown.flatMap((each, index) => reasonLines(`${cases[index]}  `, each, terminal)),
    ...(more > 0 ? [paint(`  and ${count(more, 'more case')}`, 'quiet', terminal)] : []),
  ]
}

const narrow = 30

/** Each reason beside the case, in its own lines; below it where a long name leaves no room. */
function reasonLines(label: string, failed: CaseFailure, { columns }: Terminal): readonly string[] {
  const texts = failureReasons(failed).map(({ text }) => escapeText(text))
  if (columns - textWidth(label) < narrow)
    return [label.trimEnd(), ...texts.map((text) => `      ${text}`)].map((line) => cut(line, columns))
  const blank = ' '.repeat(textWidth(label))
  return texts.flatMap((text, index) => inTwoLines(index === 0 ? label : blank, text, columns))
}

/** The second line is cut where it does not hold the rest. */
function inTwoLines(label: string, text: string, columns: number): readonly string[] {
  const [first = '', second, ...rest] = wrap(text.split(' '), columns, { label })
  if (second === undefined) return [cut(first, columns)]
  const more = [second, ...rest.map((line) => line.trim())].join(' ')
  return [cut(first, columns), cut(more, columns)]
}
