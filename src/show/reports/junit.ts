import { readFailure } from '../../evaluate/failure.ts'
import { groupBy } from '../../evaluate/group-by.ts'
import { factsOf } from '../gate-report.ts'
import { type Html, html } from '../page/html.ts'
import { type CaseResult, caseResults, type EvalResults } from './eval-results.ts'

interface TestCase {
  readonly kind: 'passed' | 'failed' | 'error' | 'skipped'
  readonly markup: Html
  readonly durationMs: number
}

/**
 * As CI servers read it: a suite for each suite × model × exposure, a test for each case, which fails where one of its trials
 * did. Infrastructure errors are errors, what could not be judged is skipped. The gate is a suite of its own.
 */
export function junitReport({ report, trials }: EvalResults): string {
  const cells = groupBy(
    caseResults(trials),
    ({ suite, model, exposure }) => `${suite} · ${model} × ${exposure}`,
  )
  const suites = Array.from(cells, ([name, results]) => suiteOf(name, results.map(testOf)))
  const gate = report.gate?.cells.map(gateTest) ?? []
  const all = [...suites, ...(gate.length > 0 ? [suiteOf('gate', gate)] : [])]
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="calltrail" time="${seconds(report.durationMs ?? 0)}">
${all}</testsuites>
`.markup
}

function suiteOf(name: string, tests: readonly TestCase[]): Html {
  const of = (kind: TestCase['kind']) => tests.filter((test) => test.kind === kind).length
  const time = tests.reduce((total, { durationMs }) => total + durationMs, 0)
  return html`<testsuite name="${name}" tests="${tests.length}" failures="${of('failed')}" errors="${of('error')}" skipped="${of('skipped')}" time="${seconds(time)}">
${tests.map(({ markup }) => markup)}</testsuite>
`
}

function testOf(result: CaseResult): TestCase {
  const { suite, case: id, model, exposure, durationMs } = result
  const { kind, inner } = outcomeOf(result)
  const open = html`<testcase classname="${suite} · ${model} × ${exposure}" name="${id}" time="${seconds(durationMs)}">`
  return { kind, durationMs, markup: html`${open}${inner}</testcase>\n` }
}

function outcomeOf(result: CaseResult): { readonly kind: TestCase['kind']; readonly inner: Html | null } {
  const { passed, judged, failure, infrastructure } = result
  if (failure !== null) {
    const message = `${passed} of ${judged} passed`
    const type = readFailure(failure)?.category ?? 'failed'
    return { kind: 'failed', inner: html`<failure message="${message}" type="${type}">${failure}</failure>` }
  }
  if (infrastructure !== null) {
    const inner = html`<error message="infrastructure error" type="infrastructure">${infrastructure}</error>`
    return { kind: 'error', inner }
  }
  if (judged === 0) return { kind: 'skipped', inner: html`<skipped message="not judged"/>` }
  return { kind: 'passed', inner: null }
}

function gateTest(cell: NonNullable<EvalResults['report']['gate']>['cells'][number]): TestCase {
  const facts = factsOf(cell).join('\n')
  const inner = {
    pass: null,
    regressed: html`<failure message="regressed" type="regressed">${facts}</failure>`,
    'insufficient data': html`<skipped message="insufficient data: ${facts}"/>`,
  }[cell.verdict]
  const kind = ({ pass: 'passed', regressed: 'failed', 'insufficient data': 'skipped' } as const)[
    cell.verdict
  ]
  const markup = html`<testcase classname="gate" name="${`${cell.model} × ${cell.exposure}`}" time="0.000">${inner}</testcase>\n`
  return { kind, durationMs: 0, markup }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}
