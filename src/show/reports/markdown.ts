import type { Cell } from '../../evaluate/cell.ts'
import type { CaseFailure } from '../../evaluate/summary.ts'
import { type CellColumn, cellColumns, columnNotes, wholeHead } from '../cell-columns.ts'
import { escapeText } from '../escape.ts'
import { failureReasons } from '../failure-reasons.ts'
import { calibrationSentences, factsOf } from '../gate-report.ts'
import { projectName } from '../project-name.ts'
import { amount, count, dollars, duration, time } from '../quantities.ts'
import { repeatedFacts } from '../repeated-facts.ts'
import {
  categoryFacts,
  denominatorFacts,
  denominatorNames,
  endingFacts,
  infrastructureFacts,
  partFacts,
  playedFact,
  teardownFacts,
  withoutWords,
} from '../trial-counts.ts'
import type { EvalResults } from './eval-results.ts'

const shownFailures = 15
const shownErrors = 5

/** For a summary of CI: the verdict first, a table of cells, what fails most. */
export function markdownReport({ report }: EvalResults): string {
  const { gate, summary, suites, infrastructureErrors, durationMs, costUsd, started, project } = report
  const facts = [
    ...(project === null ? [] : [plain(projectName(project))]),
    ...(started === null ? [] : [`${time(started)} UTC`]),
    ...partFacts(report),
    playedFact(report),
    duration(durationMs),
    count(infrastructureErrors, 'infrastructure error'),
    ...(costUsd ? [dollars(costUsd)] : []),
  ]
  const lines = [
    `## calltrail: ${gate ? gate.verdict : report.state}`,
    '',
    `${suites.map(({ name }) => plain(name)).join(', ')} · ${facts.join(' · ')} · run \`${report.run}\``,
    ...(gate ? ['', ...gate.cells.flatMap((cell) => gateLines(cell)), '', calibrationSentences(gate)] : []),
    '',
    ...cellTable(summary),
    ...countLines(report),
    ...failureLines(report),
    ...infrastructureLines(report),
    '',
    columnNotes(summary, { isWhole: true }) + baselineNote(summary),
  ]
  return `${lines.join('\n')}\n`
}

function baselineNote({ cells }: { readonly cells: readonly Cell[] }): string {
  return cells.some(({ model }) => model.startsWith('baseline:'))
    ? ' A baseline is not a language model.'
    : ''
}

type Gate = NonNullable<EvalResults['report']['gate']>

function gateLines(cell: Gate['cells'][number]): readonly string[] {
  const facts = factsOf(cell).map((fact) => `  - ${plain(fact)}`)
  return [`- **${cell.verdict}** ${plain(`${cell.model} × ${cell.exposure}`)}`, ...facts]
}

function cellTable({ cells }: { readonly cells: readonly Cell[] }): readonly string[] {
  const columns = tableColumns(cells)
  const line = (texts: readonly string[]) => `| ${texts.join(' | ')} |`
  return [
    line(columns.map(wholeHead)),
    `|---|---|${columns
      .slice(2)
      .map(() => '---:|')
      .join('')}`,
    ...cells.map((cell) => line(columns.map(({ of }) => of(cell)))),
  ]
}

function tableColumns(cells: readonly Cell[]): readonly CellColumn[] {
  const {
    passed,
    repeated,
    selection,
    arguments: given,
    definitions,
    saved,
    hit,
    ...rest
  } = cellColumns(cells)
  const { selectedIfHit, turns, added, tokens, usd, violations } = rest
  return [
    { head: 'model', of: ({ model }) => plain(model) },
    { head: 'exposure', of: ({ exposure }) => plain(exposure) },
    ...[passed, ...repeated, selection, given, definitions, saved, hit, selectedIfHit],
    ...[turns, added, tokens, usd, violations],
  ]
}

/** Where the trials went, by cell where not all were judged; how those ended that came to no answer, and why trials failed. */
function countLines(report: EvalResults['report']): readonly string[] {
  const { totals, denominators, summary, teardowns, silent } = report
  const repeated = repeatedFacts(report)
  const told = denominatorFacts(totals)
  const line = (label: string, facts: readonly string[]) =>
    facts.length > 0 ? ['', label + facts.map(plain).join(' · ')] : []
  return [
    ...(told ? [...line(told.label, told.facts), '', ...denominatorTable(denominators)] : []),
    ...(repeated ? line(repeated.label, repeated.facts) : []),
    ...line('Ended without an answer: ', endingFacts(summary)),
    ...line('Infrastructure errors: ', infrastructureFacts(summary)),
    ...line(`Failed${plain(withoutWords({ silent }))}: `, categoryFacts(summary)),
    ...line('Tear-down failed: ', teardownFacts({ teardowns })),
  ]
}

function denominatorTable(cells: EvalResults['report']['denominators']): readonly string[] {
  return [
    `| model | exposure | ${denominatorNames.map(([, name]) => name).join(' | ')} |`,
    `|---|---|${denominatorNames.map(() => '---:|').join('')}`,
    ...cells.map((cell) => {
      const numbers = denominatorNames.map(([key]) => amount(cell[key]))
      return `| ${[plain(cell.model), plain(cell.exposure), ...numbers].join(' | ')} |`
    }),
  ]
}

function infrastructureLines({ infrastructure }: EvalResults['report']): readonly string[] {
  if (infrastructure.length === 0) return []
  const rows = infrastructure
    .slice(0, shownErrors)
    .map(({ where, trials, message }) => `| ${plain(where)} | ${trials} | ${plain(message)} |`)
  const more = infrastructure.length - shownErrors
  return [
    '',
    '| infrastructure error | trials | |',
    '|---|---:|---|',
    ...rows,
    ...(more > 0 ? ['', `and ${count(more, 'other error')}`] : []),
  ]
}

function failureLines({ summary: { failures }, silent }: EvalResults['report']): readonly string[] {
  if (failures.length === 0) return []
  const more = failures.length - shownFailures
  return [
    '',
    `| fails most${plain(withoutWords({ silent }))} | passed | why | |`,
    '|---|---:|---|---|',
    ...failures.slice(0, shownFailures).flatMap(failureRows),
    ...(more > 0 ? ['', `and ${count(more, 'more case')}`] : []),
  ]
}

/** A row for each reason, the first with the case. */
function failureRows(failed: CaseFailure): readonly string[] {
  const name = `${plain(`${failed.suite}/${failed.case}`)} | ${failed.passed}/${failed.judged}`
  return failureReasons(failed).map(
    ({ category, text }, index) => `| ${index === 0 ? name : ' | '} | ${category ?? ''} | ${plain(text)} |`,
  )
}

/** Recorded text as it reads: no markup, no HTML, no cell of its own, and no link. */
function plain(text: string): string {
  return escapeText(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~@]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/www\./gi, (match) => `${match.slice(0, 3)}&#46;`)
}
