import type { Cell } from '../../evaluate/cell.ts'
import { version } from '../../version.ts'
import { factsOf } from '../gate-report.ts'
import { modelLabel } from '../model-label.ts'
import { type Html, html } from '../page/html.ts'
import { pageDocument } from '../page/page-document.ts'
import { amount, count, duration, percent, rate, saving, score } from '../quantities.ts'
import { categoryFacts, denominatorFacts, denominatorNames, endingFacts } from '../trial-counts.ts'
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
<section><h2>Pass rate [95 %]</h2><div class="card">${intervalChart(summary.cells)}</div></section>
${price && html`<section><h2>What it costs, and what it passes</h2><div class="card">${price}</div></section>`}
<section><h2>Model × exposure</h2><div class="card wide">${cellsTable(summary.cells)}</div></section>
${countsSection(report)}
${failuresSection(report)}
${infrastructureSection(report)}
<footer>Written by calltrail ${version}. A baseline is not a language model. Tokens with ~ are estimates. Infrastructure errors and what could not be judged are in no rate.</footer>`
  return pageDocument({ title: `calltrail · run ${run.slice(0, 13)}`, main })
}

function verdictBadge({ gate }: Report): Html | null {
  if (!gate) return null
  const kind = { pass: 'good', regressed: 'bad', 'insufficient data': 'doubtful' }[gate.verdict]
  return html` <span class="badge ${kind}">${gate.verdict}</span>`
}

function factsLine({
  done,
  planned,
  durationMs,
  infrastructureErrors,
  seed,
  repetitions,
  state,
}: Report): string {
  const facts = [
    state === 'completed' ? null : state,
    `${amount(done)}/${amount(planned)} trials`,
    count(repetitions, 'repetition'),
    duration(durationMs),
    count(infrastructureErrors, 'infrastructure error'),
    `seed ${seed}`,
  ]
  return facts.filter((fact) => fact !== null).join(' · ')
}

function gateSection({ gate }: Report): Html | null {
  if (!gate) return null
  const { calibration } = gate
  const items = gate.cells.map(
    (cell) =>
      html`<li><strong>${cell.verdict}</strong> ${nameOf(cell)}<ul>${factsOf(cell).map((fact) => html`<li>${fact}</li>`)}</ul></li>`,
  )
  const known =
    calibration &&
    html`<p class="quiet">False alarms: ${percent(calibration.falseAlarms / calibration.nights, 1)} [${percent(calibration.low, 1)} – ${percent(calibration.high, 1)}] of ${calibration.nights} simulated runs like these in which nothing broke.</p>`
  return html`<section><h2>Gate</h2><div class="card"><ul>${items}</ul>${known}</div></section>`
}

function cellsTable(cells: readonly Cell[]): Html {
  const rows = cells.map(
    (cell) =>
      html`<tr><td>${modelLabel(cell.model)}</td><td>${cell.exposure}</td><td>${rate(cell.passRate)}</td><td>${score(cell.selectionF1)}</td><td>${score(cell.argumentAccuracy)}</td><td>${amount(cell.definitionTokens, { isEstimate: true })}</td><td>${saving(cell.savingVsFull)}</td><td>${amount(cell.totalTokens, { isEstimate: cell.totalTokensEstimated })}</td><td>${cell.violationsPer100?.toFixed(1) ?? '–'}</td></tr>`,
  )
  return html`<table><thead><tr><th>model</th><th>exposure</th><th>pass [95 %]</th><th>F1</th><th>args</th><th>def. tokens</th><th>vs full</th><th>all tokens</th><th>violations per 100</th></tr></thead><tbody>${rows}</tbody></table>`
}

/** Where the trials went, by cell where not all were judged, and how those ended that came to no answer. */
function countsSection({ totals, denominators, summary }: Report): Html | null {
  const told = denominatorFacts(totals)
  const endings = endingFacts(summary)
  if (told === null && endings.length === 0) return null
  const rows = denominators.map(
    (cell) =>
      html`<tr><td>${modelLabel(cell.model)}</td><td>${cell.exposure}</td>${denominatorNames.map(([key]) => html`<td class="number">${amount(cell[key])}</td>`)}</tr>`,
  )
  const heads = denominatorNames.map(([, name]) => html`<th class="number">${name}</th>`)
  const table = html`<table><thead><tr><th>model</th><th>exposure</th>${heads}</tr></thead><tbody>${rows}</tbody></table>`
  return html`<section><h2>What was judged, and what was not</h2><div class="card wide">${told && html`<p>${told.label}${told.facts.join(' · ')}</p>${table}`}${endings.length > 0 ? html`<p>Ended without an answer: ${endings.join(' · ')}</p>` : null}</div></section>`
}

function failuresSection({ summary }: Report): Html | null {
  const { failures } = summary
  if (failures.length === 0) return null
  const rows = failures.map(
    (each) =>
      html`<tr><td><code>${each.suite}/${each.case}</code></td><td>${each.passed}/${each.judged}</td><td>${each.failure.category}</td><td>${each.failure.reason}</td></tr>`,
  )
  return html`<section><h2>Where it fails most</h2><div class="card wide"><p>${categoryFacts(summary).join(' · ')}</p><table><thead><tr><th>case</th><th>passed</th><th>why</th><th></th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}

function infrastructureSection({ infrastructure }: Report): Html | null {
  if (infrastructure.length === 0) return null
  const items = infrastructure.map(
    ({ where, trials, message }) => html`<li>${count(trials, 'trial')} of ${where}: ${message}</li>`,
  )
  return html`<section><h2>Not judged, for an infrastructure error</h2><div class="card"><ul>${items}</ul></div></section>`
}
