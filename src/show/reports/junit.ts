import { summariseCell } from '../../evaluate/cell.ts'
import { denominatorsOf } from '../../evaluate/cell-denominators.ts'
import { readFailure } from '../../evaluate/failure.ts'
import { summarise } from '../../evaluate/summary.ts'
import { factsOf } from '../gate-report.ts'
import { type Html, html } from '../page/html.ts'
import { count } from '../quantities.ts'
import { type CaseResult, type EvalResults, type SuiteResult, suiteResults } from './eval-results.ts'

interface TestCase {
  readonly kind: 'passed' | 'failed' | 'error' | 'skipped'
  readonly markup: Html
  readonly durationMs: number
}

interface TestSuite {
  readonly tests: readonly TestCase[]
  readonly markup: Html
}

type Report = EvalResults['report']

/**
 * As CI servers read it, by the schema of Jenkins: a suite for each suite × model × exposure with its figures as properties,
 * a test for each case, which fails where one of its trials did. Infrastructure errors are errors; what could not be judged,
 * the budget stopped or is missing is skipped. The gate is a suite of its own.
 */
export function junitReport(results: EvalResults): string {
  const { report } = results
  const suites = suiteResults(results).map((result) => suiteOf(result, report))
  const gate = report.gate?.cells.map(gateTest) ?? []
  const all = gate.length > 0 ? [...suites, testSuite('gate', gate, [])] : suites
  const tests = all.flatMap((suite) => suite.tests)
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="calltrail" tests="${tests.length}" failures="${countOf(tests, 'failed')}" errors="${countOf(tests, 'error')}" time="${seconds(report.durationMs ?? 0)}">
${all.map(({ markup }) => markup)}</testsuites>
`.markup
}

function suiteOf(result: SuiteResult, report: Report): TestSuite {
  const name = `${result.suite} · ${result.model} × ${result.exposure}`
  const isStopped = report.budgetStops > 0
  const tests = result.cases.map((each) => testOf(each, { name, isStopped }))
  return testSuite(name, tests, propertiesOf(result, report))
}

function testSuite(name: string, tests: readonly TestCase[], properties: Properties): TestSuite {
  const time = tests.reduce((total, { durationMs }) => total + durationMs, 0)
  const told = properties.map(([key, value]) => html`<property name="${key}" value="${String(value)}"/>\n`)
  const head = told.length > 0 ? html`<properties>\n${told}</properties>\n` : null
  const markup = html`<testsuite name="${name}" tests="${tests.length}" failures="${countOf(tests, 'failed')}" errors="${countOf(tests, 'error')}" skipped="${countOf(tests, 'skipped')}" time="${seconds(time)}">
${head}${tests.map((test) => test.markup)}</testsuite>
`
  return { tests, markup }
}

function countOf(tests: readonly TestCase[], kind: TestCase['kind']): number {
  return tests.filter((test) => test.kind === kind).length
}

type Properties = readonly (readonly [name: string, value: string | number | boolean])[]

/** What is unknown has no property. Tokens of definitions are per model request, of all kinds per trial. */
function propertiesOf(result: SuiteResult, { run, seed, budgetStops }: Report): Properties {
  const { suite, model, exposure, trials, unplayed } = result
  const cell = summariseCell(trials, null)
  const of = denominatorsOf(cell, trials.length + unplayed.length, budgetStops > 0)
  const { categories, endings, infrastructureEndings } = summarise(trials)
  const all: Readonly<Record<string, string | number | boolean | null>> = {
    ...{ run, suite, model, model_kind: cell.modelKind || null, exposure, seed },
    ...{ planned: of.planned, judged: of.judged, not_judged: of.notJudged },
    ...{ infrastructure_errors: of.infrastructureErrors, budget_stops: of.budgetStops, missing: of.missing },
    pass_rate: cell.passRate?.rate ?? null,
    pass_rate_low: cell.passRate?.low ?? null,
    pass_rate_high: cell.passRate?.high ?? null,
    definition_tokens: cell.definitionTokens,
    total_tokens: cell.totalTokens,
    total_tokens_estimated: cell.totalTokens === null ? null : cell.totalTokensEstimated,
    cost_usd: cell.costUsd,
    violations_per_100: cell.violationsPer100,
    ...Object.fromEntries(categories.map(({ category, trials }) => [`failed: ${category}`, trials])),
    ...Object.fromEntries(
      endings.map(({ ending, trials }) => [`ended without an answer: ${ending}`, trials]),
    ),
    ...Object.fromEntries(
      infrastructureEndings.map(({ ending, trials }) => [`infrastructure error: ${ending}`, trials]),
    ),
  }
  return Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
}

function testOf(
  result: CaseResult,
  { name, isStopped }: { readonly name: string; readonly isStopped: boolean },
): TestCase {
  const { durationMs } = result
  const { kind, inner } = outcomeOf(result, isStopped)
  const open = html`<testcase classname="${name}" name="${result.case}" time="${seconds(durationMs)}">`
  const counts = countsOf(result, isStopped)
  const out = counts === null ? null : html`<system-out>${counts}</system-out>`
  return { kind, durationMs, markup: html`${open}${inner}${out}</testcase>\n` }
}

function outcomeOf(
  result: CaseResult,
  isStopped: boolean,
): { readonly kind: TestCase['kind']; readonly inner: Html | null } {
  const { passed, failed, failure, infrastructure, infrastructureEnding, unplayed } = result
  if (failure !== null) {
    const message = `${passed} of ${passed + failed} passed`
    const type = readFailure(failure)?.category ?? 'failed'
    return { kind: 'failed', inner: html`<failure message="${message}" type="${type}">${failure}</failure>` }
  }
  if (infrastructure !== null) {
    const inner = html`<error message="infrastructure error" type="${infrastructureEnding ?? 'infrastructure'}">${infrastructure}</error>`
    return { kind: 'error', inner }
  }
  if (passed > 0) return { kind: 'passed', inner: null }
  const why = unplayed === 0 ? 'not judged' : isStopped ? 'budget stop' : 'missing: it was not played'
  return { kind: 'skipped', inner: html`<skipped>${why}</skipped>` }
}

/** Of a case that was played more than once, or not as often as planned; null where the outcome says all. */
function countsOf(
  { passed, failed, notJudged, infrastructureErrors, unplayed }: CaseResult,
  isStopped: boolean,
): string | null {
  const told: readonly (readonly [number, string])[] = [
    [passed, 'passed'],
    [failed, 'failed'],
    [notJudged, 'not judged'],
    [infrastructureErrors, 'ended by an infrastructure error'],
    [unplayed, isStopped ? 'stopped by the budget' : 'missing'],
  ]
  const planned = told.reduce((total, [trials]) => total + trials, 0)
  if (planned < 2) return null
  const facts = told.flatMap(([trials, what]) => (trials > 0 ? [`${trials} ${what}`] : []))
  return `${count(planned, 'trial')}: ${facts.join(', ')}`
}

function gateTest(cell: NonNullable<Report['gate']>['cells'][number]): TestCase {
  const facts = factsOf(cell).join('\n')
  const inner = {
    pass: null,
    regressed: html`<failure message="regressed" type="regressed">${facts}</failure>`,
    'insufficient data': html`<skipped>insufficient data: ${facts}</skipped>`,
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
