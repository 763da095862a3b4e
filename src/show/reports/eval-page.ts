import type { Cell } from '../../evaluate/cell.ts'
import type { CellDenominators } from '../../evaluate/cell-denominators.ts'
import type { CaseFailure } from '../../evaluate/summary.ts'
import { version } from '../../version.ts'
import { columnNotes, repeatedOf, repetitionsOf } from '../cell-lines.ts'
import { calibrationSentences, factsOf } from '../gate-report.ts'
import { modelLabel } from '../model-label.ts'
import { type Html, html } from '../page/html.ts'
import { type HtmlColumn, htmlTable } from '../page/html-table.ts'
import { pageDocument } from '../page/page-document.ts'
import {
  added,
  amount,
  count,
  dollars,
  duration,
  rate,
  saving,
  score,
  turns,
  unknown,
} from '../quantities.ts'
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
} from '../trial-counts.ts'
import { intervalChart, nameOf, priceChart } from './eval-charts.ts'
import type { EvalResults } from './eval-results.ts'

type Report = EvalResults['report']

/** A run as one page of HTML that needs nothing else: no network, no script. */
export function evalPage({ report }: EvalResults): string {
  const { summary, run } = report
  const price = priceChart(summary.cells)
  const main = html`<header>
<p class="kicker">calltrail · run <code>${run}</code></p>
<h1>${report.suites.map(({ name }) => name).join(', ')}${verdictBadge(report)}</h1>
<p class="facts">${factsLine(report)}</p>
</header>
${gateSection(report)}
<section><h2>Pass rate [95 %]</h2><div class="card wide">${intervalChart(summary.cells)}</div></section>
${price && html`<section><h2>What it costs, and what it passes</h2><div class="card wide">${price}</div></section>`}
<section><h2>Model × exposure</h2><div class="card wide">${htmlTable(cellColumns(repetitionsOf(summary)), summary.cells)}</div></section>
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
  const { durationMs, infrastructureErrors, seed, repetitions, costUsd } = report
  const facts = [
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

const cellColumns = (k: number): readonly HtmlColumn<Cell>[] => [
  { head: 'model', of: ({ model }) => modelLabel(model) },
  { head: 'exposure', of: ({ exposure }) => exposure },
  { head: 'pass [95 %]', isNumber: true, of: ({ passRate }) => rate(passRate, { isPadded: false }) },
  ...repeatedColumns(k),
  { head: 'F1', isNumber: true, of: ({ selectionF1 }) => score(selectionF1) },
  { head: 'args', isNumber: true, of: ({ argumentAccuracy }) => score(argumentAccuracy) },
  {
    head: 'def. tokens',
    isNumber: true,
    of: ({ definitionTokens }) => amount(definitionTokens, { isEstimate: true }),
  },
  { head: 'vs full', isNumber: true, of: ({ savingVsFull }) => saving(savingVsFull) },
  { head: 'hit', isNumber: true, of: ({ retrievalHit }) => score(retrievalHit) },
  { head: 'selected if hit', isNumber: true, of: ({ selectionGivenHit }) => score(selectionGivenHit) },
  { head: 'turns', isNumber: true, of: (cell) => turns(cell.turns) },
  { head: 'added turns', isNumber: true, of: ({ addedTurns }) => added(addedTurns) },
  {
    head: 'all tokens',
    isNumber: true,
    of: ({ totalTokens, totalTokensEstimated: isEstimate }) => amount(totalTokens, { isEstimate }),
  },
  { head: 'USD per trial', isNumber: true, of: ({ costUsd }) => dollars(costUsd) },
  {
    head: 'violations per 100',
    isNumber: true,
    of: ({ violationsPer100 }) => violationsPer100?.toFixed(1) ?? unknown,
  },
]

function repeatedColumns(k: number): readonly HtmlColumn<Cell>[] {
  const shown = (value: Cell['passRate']) => rate(value, { isPadded: false })
  if (k === 1) return []
  return [
    { head: `pass^${k} [95 %]`, isNumber: true, of: (cell) => shown(repeatedOf(cell, k).passHatK) },
    { head: `pass@${k} [95 %]`, isNumber: true, of: (cell) => shown(repeatedOf(cell, k).passAtK) },
  ]
}

const denominatorColumns: readonly HtmlColumn<CellDenominators>[] = [
  { head: 'model', of: ({ model }) => modelLabel(model) },
  { head: 'exposure', of: ({ exposure }) => exposure },
  ...denominatorNames.map(([key, head]) => ({
    head,
    isNumber: true,
    of: (cell: CellDenominators) => amount(cell[key]),
  })),
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
  const where =
    told && html`<p>${told.label}${told.facts.join(' · ')}</p>${htmlTable(denominatorColumns, denominators)}`
  const rates = repeated && html`<p>${repeated.label}${repeated.facts.join(' · ')}</p>`
  const how = endings.length > 0 ? html`<p>Ended without an answer: ${endings.join(' · ')}</p>` : null
  const broken = errors.length > 0 ? html`<p>Infrastructure errors: ${errors.join(' · ')}</p>` : null
  const after = left.length > 0 ? html`<p>Tear-down failed: ${left.join(' · ')}</p>` : null
  return html`<section><h2>What was judged, and what was not</h2><div class="card wide">${where}${rates}${how}${broken}${after}</div></section>`
}

const failureColumns: readonly HtmlColumn<CaseFailure>[] = [
  { head: 'case', of: (each) => html`<code>${each.suite}/${each.case}</code>` },
  { head: 'passed', isNumber: true, of: ({ passed, judged }) => `${passed}/${judged}` },
  { head: 'why', of: ({ failure }) => failure.category },
  { head: '', of: ({ failure }) => failure.reason },
]

function failuresSection({ summary }: Report): Html | null {
  if (summary.failures.length === 0) return null
  const why = html`<p>${categoryFacts(summary).join(' · ')}</p>`
  return html`<section><h2>Where it fails most</h2><div class="card wide">${why}${htmlTable(failureColumns, summary.failures)}</div></section>`
}

function infrastructureSection({ infrastructure }: Report): Html | null {
  if (infrastructure.length === 0) return null
  const items = infrastructure.map(
    ({ where, trials, message }) => html`<li>${count(trials, 'trial')} of ${where}: ${message}</li>`,
  )
  return html`<section><h2>Not judged, for an infrastructure error</h2><div class="card"><ul>${items}</ul></div></section>`
}
