import stringWidth from 'string-width'
import type { GateReport } from '../domain/gate.ts'
import type { Cell } from '../evaluate/cell.ts'
import type { CellDenominators, Denominators } from '../evaluate/cell-denominators.ts'
import { groupBy } from '../evaluate/group-by.ts'
import type { Replays } from '../evaluate/replays.ts'
import type { CaseFailure, Summary } from '../evaluate/summary.ts'
import type { RunState } from '../store/queries.ts'
import { escapeText } from './escape.ts'
import { gateLines } from './gate-report.ts'
import { modelLabel } from './model-label.ts'
import { amount, count, dollars, duration, rate, saving, score, unknown } from './quantities.ts'
import { replayLines } from './replay-lines.ts'
import { type Rescored, rescoredLines } from './rescored-lines.ts'
import { type Column, cut, table, wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'
import { categoryFacts, denominatorFacts, endingFacts } from './trial-counts.ts'

/** What `eval` has to say about a run, from the run itself or from the database. */
export interface EvalReport {
  readonly run: string
  readonly suites: readonly { readonly name: string; readonly cases: number }[]
  readonly models: readonly { readonly name: string; readonly kind: string }[]
  readonly exposures: readonly string[]
  readonly repetitions: number
  readonly seed: number
  readonly planned: number
  readonly done: number
  readonly state: RunState
  readonly infrastructureErrors: number
  /** Trials that the budget kept from being played; `missing`: what else was not. */
  readonly budgetStops: number
  readonly missing: number
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
  }[]
  readonly drafts: Replays['drafts']
  readonly misses: Replays['misses']
  /** Null where there was no baseline. */
  readonly gate: GateReport | null
  readonly exampleChain: string | null
  /** How this program is called. */
  readonly command: string
  /** Whether it was read back. */
  readonly isStored: boolean
  /** Null unless it graded the recordings of another run. */
  readonly rescored: Rescored | null
}

const shownFailures = 8
const shownErrors = 5

export function renderEvalReport(report: EvalReport, terminal: Terminal): string {
  const results = [head(report, terminal), cells(report, terminal)]
  const counts = [...denominators(report, terminal), ...endings(report, terminal)]
  const sections = [...results, counts, failures(report, terminal)]
  const gate = report.gate ? gateLines(report.gate, terminal) : []
  const after = [notPlayed(report, terminal), infrastructure(report, terminal), gate, next(report)]
  const all = [...sections, ...replayLines(report, terminal), ...after]
  return `${all
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** `quickstart · 44 cases × 2 models × 4 exposures × 1 trial = 352 trials · seed 7`. */
function titleOf(report: EvalReport): string {
  const { suites, models, exposures, repetitions, planned, seed } = report
  const cases = suites.reduce((sum, suite) => sum + suite.cases, 0)
  const factors = [
    count(cases, 'case'),
    count(models.length, 'model'),
    count(exposures.length, 'exposure'),
    ...(repetitions > 1 ? [count(repetitions, 'repetition')] : []),
  ]
  const names = suites.map(({ name }) => name).join(', ')
  return `${names} · ${factors.join(' × ')} = ${count(planned, 'trial')} · seed ${seed}`
}

function head(report: EvalReport, terminal: Terminal): readonly string[] {
  const { done, planned, durationMs, infrastructureErrors, budgetStops, costUsd, state } = report
  const errors = count(infrastructureErrors, 'infrastructure error')
  const facts = [
    state === 'completed' ? null : paint(state, 'doubtful', terminal),
    `${amount(done)}/${amount(planned)} trials`,
    duration(durationMs),
    infrastructureErrors > 0 ? paint(errors, 'bad', terminal) : errors,
    budgetStops > 0 ? paint(count(budgetStops, 'budget stop'), 'doubtful', terminal) : null,
    costUsd === 0 ? null : costUsd === null ? unknownCost(report) : dollars(costUsd),
  ]
  const title = wrap(escapeText(titleOf(report)).split(' '), terminal.columns)
  const lineage = report.rescored ? rescoredLines(report.rescored, terminal) : []
  return [...title, facts.filter((fact) => fact !== null).join(' · '), ...lineage]
}

function cells({ summary, models }: EvalReport, terminal: Terminal): readonly string[] {
  if (summary.cells.length === 0) return ['No trial was done.']
  const kinds = new Map(models.map(({ name, kind }) => [name, kind]))
  const groups = [...groupBy(summary.cells, ({ model }) => model)].sort(
    ([a], [b]) => Number(kinds.get(a) === 'baseline') - Number(kinds.get(b) === 'baseline'),
  )
  const columns = cellColumns(summary.cells)
  const ordered = groups.flatMap(([, cells]) => [...cells].sort(byPassRate))
  const { heading, rows } = table(
    columns.map(({ column }) => column),
    ordered.map((cell) => columns.map(({ of }) => of(cell))),
    terminal.columns,
  )
  const lines = [...rows]
  return [
    ...heading,
    ...groups.flatMap(([model, { length }]) => [
      modelLine(model, kinds.get(model)),
      ...lines.splice(0, length),
    ]),
    '',
    ...footnotes(terminal),
  ]
}

function modelLine(model: string, kind: string | undefined): string {
  return modelLabel(model) + (kind === 'test double' ? ' (test double)' : '')
}

interface CellColumn {
  readonly column: Column
  readonly of: (cell: Cell) => string
}

function cellColumns(cells: readonly Cell[]): readonly CellColumn[] {
  const right = (head: string, of: CellColumn['of']): CellColumn => ({ column: { head, align: 'right' }, of })
  const where = (condition: boolean, column: CellColumn) => (condition ? [column] : [])
  return [
    { column: { head: '  exposure' }, of: ({ exposure }) => `  ${escapeText(exposure)}` },
    right('pass\n[95 %]', ({ passRate }) => rate(passRate)),
    right('F1', ({ selectionF1 }) => score(selectionF1)),
    right('args', ({ argumentAccuracy }) => score(argumentAccuracy)),
    right('def.\ntokens', ({ definitionTokens }) => amount(definitionTokens, { isEstimate: true })),
    right('vs\nfull', ({ savingVsFull }) => saving(savingVsFull)),
    right('hit', ({ retrievalHit }) => score(retrievalHit)),
    right('all\ntokens', ({ totalTokens, totalTokensEstimated: isEstimate }) =>
      amount(totalTokens, { isEstimate }),
    ),
    ...where(
      cells.some(({ costUsd }) => (costUsd ?? 0) > 0),
      right('USD', ({ costUsd }) => dollars(costUsd)),
    ),
    right('violations', ({ violationsPer100 }) => violationsPer100?.toFixed(1) ?? unknown),
    ...where(
      cells.some(({ notJudged }) => notJudged > 0),
      right('not\njudged', ({ notJudged }) => amount(notJudged)),
    ),
    ...where(
      cells.some(({ infrastructureErrors }) => infrastructureErrors > 0),
      right('errors', ({ infrastructureErrors }) => amount(infrastructureErrors)),
    ),
  ]
}

function byPassRate(a: Cell, b: Cell): number {
  return (b.passRate?.rate ?? -1) - (a.passRate?.rate ?? -1)
}

/** What the columns of the table of cells are. */
export const columnNotes =
  'F1: of tool selection. args: right arguments, given the right tool. def. tokens: tool definitions per model request; ' +
  'vs full: how much less that is than with all tools shown. hit: expected tools among those found. all tokens: per trial, ' +
  'what search finds is in it. ~: an estimate (o200k). violations: of policy, observed, per 100 trials.'

function footnotes(terminal: Terminal): readonly string[] {
  return wrap(columnNotes.split(' '), terminal.columns).map((line) => paint(line, 'quiet', terminal))
}

function denominators({ totals }: EvalReport, terminal: Terminal): readonly string[] {
  const told = denominatorFacts(totals)
  return told ? wrap(told.facts, terminal.columns, { label: told.label, between: ' · ' }) : []
}

function endings({ summary }: EvalReport, terminal: Terminal): readonly string[] {
  if (summary.endings.length === 0) return []
  const counts = endingFacts(summary).map((fact) => escapeText(fact))
  return wrap(counts, terminal.columns, { label: 'Ended without an answer: ', between: ' · ' })
}

function failures({ summary, silent }: EvalReport, terminal: Terminal): readonly string[] {
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

/** Where no language model was asked, nobody wonders what it cost. */
function unknownCost({ models }: EvalReport): string | null {
  return models.some(({ kind }) => kind === 'language model') ? 'cost unknown' : null
}

/** By cell, where some of the plan was not played. */
function notPlayed(
  { denominators, missing, budgetStops }: EvalReport,
  terminal: Terminal,
): readonly string[] {
  if (missing + budgetStops === 0) return []
  const why = budgetStops > 0 ? 'the budget is used up' : 'the run did not play them'
  return [
    paint(`Not judged, for ${why}: ${count(missing + budgetStops, 'trial')}`, 'doubtful', terminal),
    ...denominators.map((cell) => {
      const played = cell.planned - cell.missing - cell.budgetStops
      return `  ${escapeText(`${cell.model} · ${cell.exposure}`)}: ${amount(played)} of ${amount(cell.planned)} played`
    }),
  ]
}

function infrastructure({ infrastructure }: EvalReport, terminal: Terminal): readonly string[] {
  const more = infrastructure.length - shownErrors
  return [
    ...infrastructure.slice(0, shownErrors).flatMap(({ where, trials, message }) => [
      paint(
        `Not judged, for an infrastructure error: ${count(trials, 'trial')} of ${escapeText(where)}`,
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

function next({ command, run, exampleChain, summary, isStored }: EvalReport): readonly string[] {
  const hasViolations = summary.cells.some(({ violationsPer100 }) => (violationsPer100 ?? 0) > 0)
  const commands = [
    ...(isStored ? [] : [[`${command} runs ${run}`, 'this report again, from the database']]),
    ...(exampleChain
      ? [[`${command} chain ${exampleChain.slice(0, 16)}`, 'one of its trials, step by step']]
      : []),
    ...(hasViolations ? [[`${command} chains --run ${run} --denied`, 'what policy would have denied']] : []),
  ]
  if (commands.length === 0) return []
  return ['next', ...commands.flatMap(([line = '', why = '']) => [`  ${line}`, `      ${why}`])]
}
