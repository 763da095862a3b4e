import type { Cell } from '../../evaluate/cell.ts'
import type { CellDenominators } from '../../evaluate/cell-denominators.ts'
import { groupBy } from '../../evaluate/group-by.ts'
import type { CaseFailure } from '../../evaluate/summary.ts'
import { version } from '../../version.ts'
import { type CellColumn, cellColumns, columnNotes, wholeHead } from '../cell-columns.ts'
import { cellsByModel } from '../cell-lines.ts'
import { failureReasons } from '../failure-reasons.ts'
import { calibrationSentences, factsOf } from '../gate-report.ts'
import { modelLabel } from '../model-label.ts'
import { type Html, html } from '../page/html.ts'
import { groupedTable, type HtmlColumn, htmlTable } from '../page/html-table.ts'
import { pageDocument } from '../page/page-document.ts'
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
import { intervalChart, nameOf, priceChart } from './eval-charts.ts'
import type { EvalResults } from './eval-results.ts'

type Report = EvalResults['report']

/** A run as one page of HTML that needs nothing else: no network, no script. */
export function evalPage({ report }: EvalResults): string {
  const { summary, run } = report
  const price = priceChart(summary.cells)
  const main = html`<header>
<p class="kicker">calltrail${report.project === null ? null : ` · ${projectName(report.project)}`} · run <code>${run}</code></p>
<h1>${report.suites.map(({ name }) => name).join(', ')}${verdictBadge(report)}</h1>
<p class="facts">${factsLine(report)}</p>
</header>
${gateSection(report)}
<section><h2>Pass rate [95 %]</h2><div class="card">${intervalChart(summary.cells)}</div></section>
${price && html`<section><h2>What it costs, and what it passes</h2><div class="card">${price}</div></section>`}
${cellsSection(report)}
${countsSection(report)}
${failuresSection(report)}
${infrastructureSection(report)}
<footer>${columnNotes(summary, { isWhole: true })} A baseline is not a language model. Infrastructure errors and what could not be judged are in no rate. Written by calltrail ${version}.</footer>`
  return pageDocument({ title: `calltrail · run ${run.slice(0, 13)}`, main })
}

function verdictBadge({ gate }: Report): Html | null {
  if (!gate) return null
  const kind = { pass: 'good', regressed: 'bad', 'insufficient data': 'doubtful' }[gate.verdict]
  return html` <span class="badge ${kind}">${gate.verdict}</span>`
}

function factsLine(report: Report): string {
  const { durationMs, infrastructureErrors, seed, repetitions, costUsd, started } = report
  const facts = [
    started === null ? null : `${time(started)} UTC`,
    ...partFacts(report),
    playedFact(report),
    count(repetitions, 'repetition'),
    duration(durationMs),
    count(infrastructureErrors, 'infrastructure error'),
    costUsd ? dollars(costUsd) : null,
    `seed ${seed}`,
  ]
  return facts.filter((fact) => fact !== null).join(' · ')
}

function gateSection({ gate }: Report): Html | null {
  if (!gate) return null
  const items = gate.cells.map(
    (cell) =>
      html`<li><strong>${cell.verdict}</strong> ${nameOf(cell)}<ul>${factsOf(cell).map((fact) => html`<li>${fact}</li>`)}</ul></li>`,
  )
  const known = html`<p class="quiet">${calibrationSentences(gate)}</p>`
  return html`<section><h2>Gate</h2><div class="card"><ul>${items}</ul>${known}</div></section>`
}

/** Two narrow tables can be read at once where a wide one is cut off. */
function cellsSection({ summary, models }: Report): Html {
  const { cells } = summary
  const groups = cellsByModel(cells, models).map(({ heading, cells }) => ({ heading, rows: cells }))
  return html`<section><h2>Model × exposure</h2><div class="card wide">${groupedTable(mainColumns(cells), groups)}</div>
<div class="card wide">${groupedTable(priceColumns(cells), groups)}</div></section>`
}

const exposureColumn: HtmlColumn<{ readonly exposure: string }> = {
  head: 'exposure',
  of: ({ exposure }) => exposure,
}

const number = <T>(head: string, of: HtmlColumn<T>['of']): HtmlColumn<T> => ({ head, isNumber: true, of })
const ofCell = (column: CellColumn) => number(wholeHead(column), column.of)

function mainColumns(cells: readonly Cell[]): readonly HtmlColumn<Cell>[] {
  const { first, usd, violations } = cellColumns(cells)
  const columns = [...first, usd, violations]
  return [exposureColumn, ...columns.map(ofCell)]
}

function priceColumns(cells: readonly Cell[]): readonly HtmlColumn<Cell>[] {
  const { repeated, turns, added, selectedIfHit } = cellColumns(cells)
  return [exposureColumn, ...[...repeated, turns, added, selectedIfHit].map(ofCell)]
}

const denominatorColumns: readonly HtmlColumn<CellDenominators>[] = [
  exposureColumn,
  ...denominatorNames.map(([key, head]) => number<CellDenominators>(head, (cell) => amount(cell[key]))),
]

/** Where the trials went, by cell where not all were judged, and how those ended that came to no answer. */
function countsSection(report: Report): Html | null {
  const { totals, denominators, summary, teardowns } = report
  const repeated = repeatedFacts(report)
  const told = denominatorFacts(totals)
  const endings = endingFacts(summary)
  const left = teardownFacts({ teardowns })
  const errors = infrastructureFacts(summary)
  if (told === null && repeated === null && endings.length + left.length + errors.length === 0) return null
  const byModel = Array.from(
    groupBy(denominators, ({ model }) => model),
    ([model, rows]) => ({
      ...{ heading: modelLabel(model), rows },
    }),
  )
  const where =
    told && html`<p>${told.label}${told.facts.join(' · ')}</p>${groupedTable(denominatorColumns, byModel)}`
  const rates = repeated && html`<p>${repeated.label}${repeated.facts.join(' · ')}</p>`
  const how = endings.length > 0 ? html`<p>Ended without an answer: ${endings.join(' · ')}</p>` : null
  const broken = errors.length > 0 ? html`<p>Infrastructure errors: ${errors.join(' · ')}</p>` : null
  const after = left.length > 0 ? html`<p>Tear-down failed: ${left.join(' · ')}</p>` : null
  return html`<section><h2>What was judged, and what was not</h2><div class="card wide">${where}${rates}${how}${broken}${after}</div></section>`
}

interface ShownReason extends Pick<CaseFailure, 'passed' | 'judged'> {
  /** Null for what follows the first reason of a case. */
  readonly name: Html | null
  readonly category: string | null
  readonly text: string
}

const failureColumns: readonly HtmlColumn<ShownReason>[] = [
  { head: 'case', isName: true, of: ({ name }) => name ?? '' },
  {
    head: 'passed',
    isNumber: true,
    of: ({ name, passed, judged }) => (name === null ? '' : `${passed}/${judged}`),
  },
  { head: 'why', of: ({ category }) => category ?? '' },
  { head: '', of: ({ text }) => text },
]

function failuresSection({ summary, silent }: Report): Html | null {
  if (summary.failures.length === 0) return null
  const why = html`<p>${categoryFacts(summary).join(' · ')}</p>`
  const rows = summary.failures.flatMap((failed) =>
    failureReasons(failed).map((reason, index): ShownReason => {
      const { suite, case: id, passed, judged } = failed
      return { name: index === 0 ? html`<code>${suite}/<wbr>${id}</code>` : null, passed, judged, ...reason }
    }),
  )
  const title = `Where it fails most${withoutWords({ silent })}`
  return html`<section><h2>${title}</h2><div class="card wide">${why}${htmlTable(failureColumns, rows)}</div></section>`
}

function infrastructureSection({ infrastructure }: Report): Html | null {
  if (infrastructure.length === 0) return null
  const items = infrastructure.map(
    ({ where, trials, message }) => html`<li>${count(trials, 'trial')} of ${where}: ${message}</li>`,
  )
  return html`<section><h2>Not judged, for an infrastructure error</h2><div class="card"><ul>${items}</ul></div></section>`
}
