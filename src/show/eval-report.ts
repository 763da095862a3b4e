import type { GateReport } from '../domain/gate.ts'
import type { CellDenominators, Denominators } from '../evaluate/cell-denominators.ts'
import type { CaseNotes, Replays } from '../evaluate/replays.ts'
import type { Stop } from '../evaluate/run-budget.ts'
import type { Summary } from '../evaluate/summary.ts'
import type { RunState } from '../store/queries.ts'
import { cellLines } from './cell-lines.ts'
import { escapeText } from './escape.ts'
import { failureLines } from './failure-lines.ts'
import { gateLines } from './gate-report.ts'
import { type Again, nextSteps } from './next-steps.ts'
import { amount, count, dollars, duration } from './quantities.ts'
import { refusalLines } from './refusal-lines.ts'
import { repeatedFacts } from './repeated-facts.ts'
import { replayLines } from './replay-lines.ts'
import { type Rescored, rescoredLines } from './rescored-lines.ts'
import { wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'
import { textWidth } from './text-width.ts'
import { denominatorFacts, endingFacts, infrastructureFacts, playedFact } from './trial-counts.ts'

/** What `eval` has to say about a run, from the run itself or from the database. */
export interface EvalReport {
  readonly run: string
  /** In ISO 8601. */
  readonly started: string | null
  /** Whose suites they are, as `calltrail.yaml` or its repository says; a folder where neither does. Null is unknown. */
  readonly project: string | null
  readonly suites: readonly { readonly name: string; readonly cases: number }[]
  /** Null unless shards of a run were played: `suites` and `planned` are theirs, and so many the run has. */
  readonly part: {
    readonly shards: readonly string[]
    readonly ofCases: number
    readonly ofTrials: number
  } | null
  readonly models: readonly { readonly name: string; readonly kind: string }[]
  readonly exposures: readonly string[]
  readonly repetitions: number
  readonly seed: number
  readonly planned: number
  readonly done: number
  /** Beyond the plan, by the gate: in the cost, and in no other figure. */
  readonly replayed: number
  readonly state: RunState
  readonly infrastructureErrors: number
  /** Trials that the budget kept from being played; `missing`: what else was not. */
  readonly budgetStops: number
  readonly missing: number
  /** Of a run that has just been ended by its budget. */
  readonly refusal: Stop | null
  /** In US dollars; null where a price or a usage is unknown. */
  readonly costUsd: number | null
  /** Of the whole run, and by cell. */
  readonly totals: Denominators
  readonly denominators: readonly CellDenominators[]
  readonly durationMs: number | null
  readonly summary: Summary
  /** Models whose failures are not told: one that guesses says nothing about a case. */
  readonly silent: readonly string[]
  readonly infrastructure: readonly {
    /** The suites that it hit. */
    readonly where: string
    readonly trials: number
    readonly message: string
    /** Null where the message alone says how it ended the trials. */
    readonly ending: string | null
  }[]
  readonly drafts: Replays['drafts']
  readonly misses: Replays['misses']
  /** Of all models: what their trials left behind may still be there. */
  readonly teardowns: readonly CaseNotes[]
  /** Null where there was no baseline. */
  readonly gate: GateReport | null
  readonly exampleChain: string | null
  /** How this program is called. */
  readonly command: string
  readonly again: Again
  /** Whether it was read back. */
  readonly isStored: boolean
  /** Null unless it graded the recordings of another run. */
  readonly rescored: Rescored | null
}

const shownErrors = 5

export function renderEvalReport(report: EvalReport, terminal: Terminal): string {
  const results = [head(report, terminal), cellLines(report.summary, report.models, terminal)]
  const counts = [
    ...denominators(report, terminal),
    ...repeated(report, terminal),
    ...endings(report, terminal),
  ]
  const sections = [...results, counts, failureLines(report.summary, report.silent, terminal)]
  const gate = report.gate ? gateLines(report.gate, terminal) : []
  const after = [notPlayed(report, terminal), infrastructure(report, terminal), gate, nextSteps(report)]
  const all = [...sections, ...replayLines(report, terminal), ...after]
  return `${all
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/**
 * `quickstart · 44 cases × 2 models × 4 exposures = 352 trials · seed 7`; of a shard, in which not every repetition of a
 * case may be, `quickstart · shard 1/3 · 15 of 44 cases × 2 models × 4 exposures · 120 of 352 trials · seed 7`. Lines
 * break between facts.
 */
function titleLines(report: EvalReport, { columns }: Terminal): readonly string[] {
  const { suites, models, exposures, repetitions, planned, seed, part } = report
  const cases = suites.reduce((sum, suite) => sum + suite.cases, 0)
  const factors = [
    part ? `${amount(cases)} of ${count(part.ofCases, 'case')}` : count(cases, 'case'),
    count(models.length, 'model'),
    count(exposures.length, 'exposure'),
    ...(repetitions > 1 ? [count(repetitions, 'repetition')] : []),
  ]
  const names = escapeText(suites.map(({ name }) => name).join(', '))
  const played = factors.join(' × ')
  const facts = part
    ? [`shard ${part.shards.join(', ')}`, played, `${amount(planned)} of ${count(part.ofTrials, 'trial')}`]
    : [`${played} = ${count(planned, 'trial')}`]
  facts.push(`seed ${seed}`)
  const whole = [names, ...facts].join(' · ')
  if (textWidth(whole) <= columns) return [whole]
  return [...wrap(names.split(' '), columns), ...wrap(facts, columns, { between: ' · ' })]
}

function head(report: EvalReport, terminal: Terminal): readonly string[] {
  const { durationMs, infrastructureErrors, budgetStops, costUsd, state } = report
  const errors = count(infrastructureErrors, 'infrastructure error')
  const facts = [
    state === 'completed' ? null : paint(state, 'doubtful', terminal),
    playedFact(report),
    duration(durationMs),
    infrastructureErrors > 0 ? paint(errors, 'bad', terminal) : errors,
    budgetStops > 0 ? paint(count(budgetStops, 'budget stop'), 'doubtful', terminal) : null,
    costUsd === 0 ? null : costUsd === null ? unknownCost(report) : dollars(costUsd),
  ]
  const lineage = report.rescored ? rescoredLines(report.rescored, terminal) : []
  return [...titleLines(report, terminal), facts.filter((fact) => fact !== null).join(' · '), ...lineage]
}

function denominators({ totals }: EvalReport, terminal: Terminal): readonly string[] {
  const told = denominatorFacts(totals)
  return told ? wrap(told.facts, terminal.columns, { label: told.label, between: ' · ' }) : []
}

function repeated(report: EvalReport, { columns }: Terminal): readonly string[] {
  const told = repeatedFacts(report)
  return told
    ? wrap(
        told.facts.map((fact) => escapeText(fact)),
        columns,
        { label: told.label, between: ' · ' },
      )
    : []
}

function endings({ summary }: EvalReport, { columns }: Terminal): readonly string[] {
  const told = (label: string, facts: readonly string[]) =>
    wrap(
      facts.map((fact) => escapeText(fact)),
      columns,
      { label, between: ' · ' },
    )
  return [
    ...told('Ended without an answer: ', endingFacts(summary)),
    ...told('Infrastructure errors: ', infrastructureFacts(summary)),
  ]
}

/** Where no language model was asked, nobody wonders what it cost. */
function unknownCost({ models, summary: { cells } }: EvalReport): string | null {
  const isPaid = models.some(({ kind }) => kind === 'language model')
  // What a baseline searches for may be embedded by somebody who is paid.
  return isPaid || cells.some(({ costUsd, trials }) => costUsd === null && trials > 0) ? 'cost unknown' : null
}

/** By cell, where some of the plan was not played. */
function notPlayed(
  { denominators, missing, budgetStops, refusal, state, rescored }: EvalReport,
  terminal: Terminal,
): readonly string[] {
  const told = refusal ? refusalLines(refusal, terminal) : []
  if (missing + budgetStops === 0)
    return state === 'budget stop'
      ? [paint('The budget was used up while suspects were played again', 'doubtful', terminal), ...told]
      : []
  const [done, notDone] = rescored ? ['graded', 'grade them again'] : ['played', 'play them']
  const why = budgetStops > 0 ? 'the budget is used up' : `the run did not ${notDone}`
  return [
    paint(`Not judged, for ${why}: ${count(missing + budgetStops, 'trial')}`, 'doubtful', terminal),
    ...denominators.map((cell) => {
      const played = cell.planned - cell.missing - cell.budgetStops
      return `  ${escapeText(`${cell.model} · ${cell.exposure}`)}: ${amount(played)} of ${amount(cell.planned)} ${done}`
    }),
    ...told,
  ]
}

function infrastructure({ infrastructure }: EvalReport, terminal: Terminal): readonly string[] {
  const more = infrastructure.length - shownErrors
  return [
    ...infrastructure.slice(0, shownErrors).flatMap(({ where, trials, message, ending }) => [
      paint(
        `Not judged, for an infrastructure error: ${count(trials, 'trial')} of ${escapeText(where)}${ending === null ? '' : `, ${escapeText(ending)}`}`,
        'bad',
        terminal,
      ),
      ...escapeText(message, { multiline: true })
        .split('\n')
        .map((line) => `  ${line}`),
    ]),
    ...(more > 0 ? [paint(`and ${count(more, 'other error')}`, 'quiet', terminal)] : []),
  ]
}
