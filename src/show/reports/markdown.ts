import type { Cell } from '../../evaluate/cell.ts'
import { escapeText } from '../escape.ts'
import { factsOf } from '../gate-report.ts'
import { amount, count, duration, percent, rate, saving, score } from '../quantities.ts'
import type { EvalResults } from './eval-results.ts'

const shownFailures = 15
const shownErrors = 5

/** For a summary of CI: the verdict first, a table of cells, what fails most. */
export function markdownReport({ report }: EvalResults): string {
  const { gate, summary, suites, done, planned, infrastructureErrors, durationMs } = report
  const facts = [
    `${amount(done)}/${amount(planned)} trials`,
    duration(durationMs),
    count(infrastructureErrors, 'infrastructure error'),
  ]
  const lines = [
    `## calltrail: ${gate ? gate.verdict : report.state}`,
    '',
    `${suites.map(({ name }) => plain(name)).join(', ')} · ${facts.join(' · ')} · run \`${report.run}\``,
    ...(gate
      ? ['', ...gate.cells.flatMap((cell) => gateLines(cell)), ...calibrationLine(gate.calibration)]
      : []),
    '',
    '| model | exposure | pass [95 %] | F1 | args | def. tokens | vs full | all tokens | violations per 100 |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|',
    ...summary.cells.map(row),
    ...endingLines(report),
    ...failureLines(report),
    ...infrastructureLines(report),
  ]
  return `${lines.join('\n')}\n`
}

type Gate = NonNullable<EvalResults['report']['gate']>

function gateLines(cell: Gate['cells'][number]): readonly string[] {
  const facts = factsOf(cell).map((fact) => `  - ${plain(fact)}`)
  return [`- **${cell.verdict}** ${plain(`${cell.model} × ${cell.exposure}`)}`, ...facts]
}

function calibrationLine(calibration: Gate['calibration']): readonly string[] {
  if (calibration === null) return []
  const { falseAlarms, nights, low, high } = calibration
  const interval = `${percent(falseAlarms / nights, 1)} [${percent(low, 1)} – ${percent(high, 1)}]`
  return ['', `False alarms: ${interval} of ${nights} simulated runs like these in which nothing broke.`]
}

function row(cell: Cell): string {
  const cells = [
    plain(cell.model),
    plain(cell.exposure),
    rate(cell.passRate),
    score(cell.selectionF1),
    score(cell.argumentAccuracy),
    amount(cell.definitionTokens, { isEstimate: true }),
    saving(cell.savingVsFull),
    amount(cell.totalTokens, { isEstimate: cell.totalTokensEstimated }),
    cell.violationsPer100?.toFixed(1) ?? '–',
  ]
  return `| ${cells.join(' | ')} |`
}

function endingLines({ summary: { endings } }: EvalResults['report']): readonly string[] {
  if (endings.length === 0) return []
  const counts = endings.map(({ ending, trials }) => `${plain(ending)} ${trials}`)
  return ['', `Ended without an answer: ${counts.join(' · ')}`]
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

function failureLines({ summary: { failures } }: EvalResults['report']): readonly string[] {
  if (failures.length === 0) return []
  const rows = failures
    .slice(0, shownFailures)
    .map(
      (each) =>
        `| ${plain(`${each.suite}/${each.case}`)} | ${each.passed}/${each.judged} | ${plain(each.failure.category)} | ${plain(each.failure.reason)} |`,
    )
  const more = failures.length - shownFailures
  return [
    '',
    '| fails most | passed | why | |',
    '|---|---:|---|---|',
    ...rows,
    ...(more > 0 ? ['', `and ${count(more, 'more case')}`] : []),
  ]
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
