import type { GatedCell, GateReport, Shortcoming } from '../domain/gate.ts'
import { promisedFalseAlarms } from '../evaluate/gate/judge.ts'
import { withoutTruth } from '../evaluate/gate/night.ts'
import type { Passes } from '../evaluate/statistics/repeated-trials.ts'
import { escapeText } from './escape.ts'
import { modelLabel } from './model-label.ts'
import { count, percent, points, probability } from './quantities.ts'
import { wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

const colours = { pass: 'good', regressed: 'bad', 'insufficient data': 'doubtful' } as const

/** The verdict, then the evidence: what regressed, what nobody can say, and what the gate itself is worth. */
export function gateLines(report: GateReport, terminal: Terminal): readonly string[] {
  const told = [...report.cells].sort((a, b) => rank(a) - rank(b))
  const before = report.newest === null ? '' : ` · compared with the runs up to ${report.newest.slice(0, 13)}`
  return [
    `gate: ${paint(report.verdict, colours[report.verdict], terminal)}${before}`,
    ...told.flatMap((cell) => cellLines(cell, terminal)),
    ...wrap(calibrationSentences(report).split(' '), terminal.columns).map((line) =>
      paint(line, 'quiet', terminal),
    ),
  ]
}

function rank({ verdict }: GatedCell): number {
  return ['regressed', 'insufficient data', 'pass'].indexOf(verdict)
}

function cellLines(cell: GatedCell, terminal: Terminal): readonly string[] {
  const { verdict, model, exposure } = cell
  const name = `${modelLabel(model)} × ${escapeText(exposure)}`
  const facts = factsOf(cell)
  return [
    `  ${paint(verdict, colours[verdict], terminal)}  ${name}`,
    ...facts.flatMap((fact) => wrap(fact.split(' '), terminal.columns - 4).map((line) => `    ${line}`)),
  ]
}

/** In sentences; texts of suites are escaped. */
export function factsOf(cell: GatedCell): readonly string[] {
  return [
    ...cell.suspects.filter(({ isConfirmed }) => isConfirmed).map(confirmedSentence),
    ...driftSentence(cell),
    ...cell.shortcomings.map(shortcomingSentence),
    ...(cell.changedTruths.length > 0 ? [changedSentence(cell)] : []),
    ...(cell.nights > 0 && cell.newCases > 0
      ? [`not comparable, judged in no earlier run: ${count(cell.newCases, 'case')}`]
      : []),
    ...(cell.leftOut ? [leftOutSentence(cell.leftOut)] : []),
    ...(cell.verdict === 'pass' ? [strengthSentence(cell)] : []),
  ]
}

function confirmedSentence({
  case: key,
  before,
  tonight,
  again,
  fresh,
  p,
}: GatedCell['suspects'][number]): string {
  const now = `${ratio(tonight)} now, then ${ratio(again)} and ${ratio(fresh)} when it was played again`
  return `${escapeText(withoutTruth(key))} passed ${ratio(before)} before: ${now} (p ${probability(p)})`
}

function driftSentence({ drift, driftP, hasDrifted }: GatedCell): readonly string[] {
  if (!drift || driftP === null || !hasDrifted) return []
  return [`as a whole it is ${points(drift.difference)} from the earlier runs (p ${probability(driftP)})`]
}

function shortcomingSentence(shortcoming: Shortcoming): string {
  switch (shortcoming.kind) {
    case 'few nights':
      return `${count(shortcoming.nights, 'earlier run')} to compare with; ${shortcoming.needed} are needed`
    case 'few judged':
      return `${shortcoming.judged} of ${count(shortcoming.planned, 'trial')} could be judged`
    case 'few comparable':
      return `${shortcoming.comparable} of ${count(shortcoming.cases, 'case')} can be compared with earlier runs`
    case 'unconfirmed':
      return unconfirmedSentence(shortcoming)
    case 'always regressed':
      return `regressed in every earlier run that was looked at: ${shortcoming.cases.map((name) => escapeText(name)).join(', ')}`
  }
}

function unconfirmedSentence({ suspects, missing }: Extract<Shortcoming, { kind: 'unconfirmed' }>): string {
  const trials = missing === undefined ? '' : `: up to ${count(missing, 'trial')} missing`
  return `${count(suspects, 'suspect')} could not be played again as often as it takes${trials}`
}

function changedSentence({ changedTruths }: GatedCell): string {
  const names = changedTruths.slice(0, 3).map((name) => escapeText(name))
  const more = changedTruths.length > 3 ? ` and ${changedTruths.length - 3} more` : ''
  return `not comparable, what is expected was changed: ${names.join(', ')}${more}`
}

function leftOutSentence(runs: number): string {
  return `what regressed in ${count(runs, 'earlier run')} is compared with nothing; where it is right as it is now, say so in the case, which makes it a new one`
}

function strengthSentence({
  nights,
  comparable,
  detectableRate,
  drift,
  playedAgain,
  suspects,
}: GatedCell): string {
  const isPossible = drift !== null && drift.detectable <= 1
  const whole = isPossible ? `a fall of ${points(drift.detectable, { sign: false })} as a whole` : null
  const single =
    detectableRate === null ? null : `a case that always passed and falls to ${percent(detectableRate)}`
  const seen = [whole, single].filter((each) => each !== null).join(', or ') || 'no fall at all'
  const again =
    suspects.length > 0 ? `; ${suspectWords(suspects)} by ${count(playedAgain, 'more trial')}` : ''
  return `${count(nights, 'earlier run')}, ${count(comparable, 'case')}${again}; seen 8 times in 10 would be ${seen}`
}

function suspectWords(suspects: GatedCell['suspects']): string {
  const cleared = suspects.filter(({ isCleared }) => isCleared).length
  const left = suspects.filter(({ isCleared }) => !isCleared)
  const named = left.map(({ case: key, fresh, before }) => {
    return `${escapeText(withoutTruth(key))} (${ratio(fresh)}, ${ratio(before)} before)`
  })
  return [
    ...(cleared > 0 ? [`${count(cleared, 'suspect')} cleared`] : []),
    ...(left.length > 0 ? [`not confirmed: ${named.join(', ')}`] : []),
  ].join(', ')
}

/** How often the gate cries wolf, and where that is more than it promises, what to make of it. */
export function calibrationSentences({ calibration }: Pick<GateReport, 'calibration'>): string {
  const promised = `promised: at most ${percent(promisedFalseAlarms)}.`
  if (calibration === null)
    return `False alarms: not known before there are runs enough to simulate; ${promised}`
  const { falseAlarms, nights, low, high } = calibration
  const interval = `${percent(falseAlarms / nights, 1)} [${percent(low, 1)} – ${percent(high, 1)}]`
  const measured = `False alarms: ${interval} of ${nights.toLocaleString('en')} simulated runs like these in which nothing broke; ${promised}`
  if (falseAlarms / nights <= promisedFalseAlarms) return measured
  const isSure = low > promisedFalseAlarms
  return `${measured} ${isSure ? 'That is more than promised' : 'That may be more than promised'}: ${remedy}`
}

/** Trials of one night are not independent: what the night does to all of them, more of them do not average out. */
const remedy =
  'runs differ from each other by more than their trials explain, and a case can look broken by its night alone. ' +
  'Do not act on one regressed run: play it again, and believe what two of them say. Then find what differs between runs ' +
  '(a model without a fixed version, data of the servers, the hour) and fix it, or wait for more earlier runs.'

function ratio({ passed, n }: Passes): string {
  return `${passed}/${n}`
}
