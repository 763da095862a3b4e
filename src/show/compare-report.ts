import type { GateVerdict } from '../domain/gate.ts'
import { type CaseChange, type CellComparison, certainty } from '../evaluate/compare/compare.ts'
import type { PairedDifference } from '../evaluate/statistics/paired-difference.ts'
import type { Passes } from '../evaluate/statistics/repeated-trials.ts'
import { escapeText } from './escape.ts'
import { modelLabel } from './model-label.ts'
import { amount, count, points, probability, rate, saving, score, time } from './quantities.ts'
import { wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

export interface ComparedRun {
  readonly run: string
  readonly started: string | null
  /** What its own gate said, with more trials and other runs than are compared here, and of which cases; null without one. */
  readonly gate: { readonly verdict: GateVerdict; readonly cases: readonly string[] } | null
}

export interface CompareReport {
  readonly a: ComparedRun
  readonly b: ComparedRun
  readonly cells: readonly CellComparison[]
  /** Of one run with itself: what the others are compared with. Null of two runs, and where nothing was judged. */
  readonly reference: string | null
  /** What has nothing to be compared with. */
  readonly onlyA: readonly ComparedCell[]
  readonly onlyB: readonly ComparedCell[]
}

export interface ComparedCell {
  readonly model: string
  readonly exposure: string
}

const shownCases = 8
const colours = {
  worse: 'bad',
  better: 'good',
  'no difference seen': 'quiet',
  'insufficient data': 'doubtful',
  'nothing to compare': 'doubtful',
} as const

const words = {
  worse: 'worse',
  better: 'better',
  'no difference seen': 'no difference seen',
  'insufficient data': 'too few cases to tell',
  'nothing to compare': 'nothing to compare',
} as const

/** In words: what changed, for which cases, how sure that is, and what it costs or saves. */
export function renderComparison(report: CompareReport, terminal: Terminal): string {
  const { a, b, cells } = report
  const lines = [
    a.run === b.run
      ? `each exposure against ${referenceOf(report)}, in the run ${a.run} of ${time(a.started)}`
      : `from ${a.run} of ${time(a.started)} to ${b.run} of ${time(b.started)}`,
    ...[summaryOf(report), ...gateSentences(report)].flatMap((line) =>
      wrap(line.split(' '), terminal.columns),
    ),
    ...cells.flatMap((cell) => ['', ...cellLines(cell, terminal)]),
    ...unpaired(report).flatMap((line) => ['', ...wrap(line.split(' '), terminal.columns)]),
    '',
    ...wrap(footnote.split(' '), terminal.columns).map((line) => paint(line, 'quiet', terminal)),
  ]
  return `${lines.join('\n')}\n`
}

const footnote =
  'Cases are compared with themselves. [ ]: 95 % intervals. p: Benjamini and Hochberg over the cells, q: over the cases of one. ' +
  'Tokens: of tool definitions per request, and all per trial.'

function unlike({ a, b, onlyA, onlyB }: CompareReport): string {
  const empty = [...(onlyA.length === 0 ? [a] : []), ...(onlyB.length === 0 ? [b] : [])]
  return empty.length > 0
    ? `There is nothing to compare: no trial was played in ${empty.map(({ run }) => run).join(', nor in ')}.`
    : 'The two have neither models nor exposures in common that could be compared.'
}

function referenceOf({ reference }: CompareReport): string {
  if (reference === null || reference === 'full') return 'full'
  return `${escapeText(reference)}, for full was not played`
}

function summaryOf(report: CompareReport): string {
  const { a, b, cells } = report
  if (cells.length === 0)
    return a.run === b.run ? 'No model played two exposures: there is nothing to compare.' : unlike(report)
  const of = (verdict: CellComparison['verdict']) => cells.filter((cell) => cell.verdict === verdict).length
  const told = (['worse', 'better', 'no difference seen', 'insufficient data', 'nothing to compare'] as const)
    .map((verdict) => [of(verdict), verdict] as const)
    .filter(([cells]) => cells > 0)
  return told.map(([cells, verdict]) => `${count(cells, 'cell')}: ${words[verdict]}`).join(' · ')
}

function gateSentences({ a, b }: CompareReport): readonly string[] {
  return (a.run === b.run ? [b] : [a, b]).flatMap(({ run, gate }) => {
    if (!gate) return []
    const cases = gate.cases.length > 0 ? `: ${gate.cases.map((each) => escapeText(each)).join(', ')}` : ''
    return [`the gate of ${run} said ${gate.verdict}${cases}`]
  })
}

/** Told whatever was compared: what is missing is no agreement. */
function unpaired({ a, b, onlyA, onlyB }: CompareReport): readonly string[] {
  const told = (cells: readonly ComparedCell[], why: string) =>
    cells.length === 0 ? [] : [`not compared, ${why}: ${cells.map(nameOf).join(', ')}`]
  if (a.run === b.run) return told(onlyB, 'with nothing to compare it with')
  return [...told(onlyA, `only in ${a.run}`), ...told(onlyB, `only in ${b.run}`)]
}

function cellLines(cell: CellComparison, terminal: Terminal): readonly string[] {
  const text = (line: string) => wrap(line.split(' '), terminal.columns - 2).map((each) => `  ${each}`)
  const more = cell.changed.length - shownCases
  return [
    `${paint(words[cell.verdict], colours[cell.verdict], terminal)}  ${titleOf(cell)}`,
    ...text(differenceSentence(cell)),
    ...text(priceSentence(cell)),
    ...cell.changed.slice(0, shownCases).flatMap((change) => text(caseSentence(change))),
    ...(more > 0 ? text(`and ${count(more, 'other case')} that may differ by chance; --json has all`) : []),
    ...leftOut(cell).flatMap(text),
  ]
}

export function titleOf({ a, b }: CellComparison): string {
  return nameOf(a) === nameOf(b) ? nameOf(a) : `${nameOf(a)} → ${nameOf(b)}`
}

function nameOf({ model, exposure }: ComparedCell): string {
  return `${modelLabel(model)} × ${escapeText(exposure)}`
}

export function differenceSentence({ a, b, difference, p, leastP, verdict }: CellComparison): string {
  if (!difference || p === null) return 'no case was judged in both'
  const { low, high, test, n } = difference
  const interval = low === null || high === null ? '' : ` [${bound(low)} – ${bound(high)}]`
  const seen =
    verdict === 'insufficient data' && leastP !== null ? doubtWords(leastP) : detectableWords(difference, p)
  return `passes ${rate(a.passRate)} → ${rate(b.passRate)}: ${points(difference.difference)}${interval}, p ${probability(p)}, ${test} over ${count(n, 'case')}${seen}`
}

function doubtWords(leastP: number): string {
  if (leastP > certainty) return `; had all of them changed, p would be ${probability(leastP)}`
  return '; too few of them changed to rule out chance'
}

function detectableWords({ detectable }: PairedDifference, p: number): string {
  if (p <= certainty || detectable === null) return ''
  const least = detectable <= 1 ? points(detectable, { sign: false }) : 'no difference at all'
  return `; ${least} would be seen 8 times in 10`
}

/** A saving is never told without what it costs. */
export function priceSentence({ a, b, difference, ...notCompared }: CellComparison): string {
  const isEstimate = a.isEstimate || b.isEstimate
  const change = (from: number | null, to: number | null) =>
    `${amount(from, { isEstimate })} → ${amount(to, { isEstimate })} (${from && to !== null ? saving(1 - to / from) : '–'})`
  const price = difference ? ` at ${points(difference.difference)} of pass rate` : ''
  const turns = [a.turns, b.turns].map((each) => each?.toFixed(1) ?? '–').join(' → ')
  const scores = (['selection', 'arguments'] as const)
    .map((name) => `${name} ${score(a[name])} → ${score(b[name])}`)
    .join(', ')
  const { changedTruths, onlyA, onlyB } = notCompared
  const whole = changedTruths + onlyA + onlyB > 0 ? ', these two over all cases of each run' : ''
  return `tokens of definitions ${change(a.definitionTokens, b.definitionTokens)}, all ${change(a.totalTokens, b.totalTokens)}${price}; turns ${turns}; ${scores}${whole}`
}

export function caseSentence({ suite, case: id, a, b, q, isCertain }: CaseChange): string {
  const ratio = ({ passed, n }: Passes) => `${passed}/${n}`
  const sure = isCertain ? `q ${probability(q)}` : `may be chance, q ${probability(q)}`
  return `${escapeText(`${suite}/${id}`)} ${ratio(a)} → ${ratio(b)} (${sure})`
}

export function leftOut({ a, b, changedTruths, onlyA, onlyB }: CellComparison): readonly string[] {
  const parts = [
    changedTruths > 0 ? `${count(changedTruths, 'case')} whose truth has changed` : null,
    onlyA + onlyB > 0 ? `${count(onlyA + onlyB, 'case')} that only one run has` : null,
  ].filter((part) => part !== null)
  const errors = a.infrastructureErrors + b.infrastructureErrors
  const unjudged = a.notJudged + b.notJudged
  const apart = [
    errors > 0 ? count(errors, 'infrastructure error') : null,
    unjudged > 0 ? `${count(unjudged, 'trial')} not judged` : null,
  ].filter((part) => part !== null)
  return [
    ...(parts.length > 0 ? [`not compared: ${parts.join(', ')}`] : []),
    ...(apart.length > 0 ? [`in no rate: ${apart.join(', ')}`] : []),
  ]
}

function bound(proportion: number): string {
  return points(proportion).replace(' points', '')
}
