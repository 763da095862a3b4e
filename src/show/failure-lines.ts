import stringWidth from 'string-width'
import type { CaseFailure, Summary } from '../evaluate/summary.ts'
import { escapeText } from './escape.ts'
import { count } from './quantities.ts'
import { cut, table, wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'
import { categoryFacts } from './trial-counts.ts'

const shownFailures = 8

/** The cases that fail most, each with why. */
export function failureLines(
  summary: Summary,
  silent: readonly string[],
  terminal: Terminal,
): readonly string[] {
  if (summary.failures.length === 0) return []
  const without = silent.length > 0 ? ` (without ${silent.join(', ')})` : ''
  const shown = summary.failures.slice(0, shownFailures)
  const cases = table(
    [{ head: '' }, { head: '', align: 'right' }],
    shown.map((each) => [`  ${escapeText(`${each.suite}/${each.case}`)}`, `${each.passed}/${each.judged}`]),
    terminal.columns,
  ).rows
  const more = summary.failures.length - shownFailures
  return [
    `Where it fails most${without}`,
    ...wrap(categoryFacts(summary), terminal.columns, { label: '  ', between: ' · ' }),
    ...shown.flatMap((each, index) => inTwoLines(`${cases[index]}  `, reasonOf(each), terminal)),
    ...(more > 0 ? [paint(`  and ${count(more, 'more case')}`, 'quiet', terminal)] : []),
  ]
}

function reasonOf({ cells, failure }: CaseFailure): string {
  const failing = cells.filter((cell) => cell.passed < cell.judged)
  const exposures = [...new Set(failing.map(({ exposure }) => exposure))].join(', ')
  const where = failing.length === cells.length ? '' : `${exposures}: `
  return escapeText(where + failure.reason)
}

const narrow = 30

/** The second line is cut where it does not hold the rest; it has the whole reason where a long name leaves no room. */
function inTwoLines(label: string, text: string, { columns }: Terminal): readonly string[] {
  if (columns - stringWidth(label) < narrow)
    return [cut(label.trimEnd(), columns), cut(`      ${text}`, columns)]
  const [first = '', second, ...rest] = wrap(text.split(' '), columns, { label })
  if (second === undefined) return [cut(first, columns)]
  const more = [second, ...rest.map((line) => line.trim())].join(' ')
  return [cut(first, columns), cut(more, columns)]
}
