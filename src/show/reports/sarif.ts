import { version } from '../../version.ts'
import { escapeText } from '../escape.ts'
import { snakeCase } from '../json-document.ts'
import { count } from '../quantities.ts'
import {
  categoryFacts,
  denominatorFacts,
  endingFacts,
  infrastructureFacts,
  teardownFacts,
  withoutWords,
} from '../trial-counts.ts'
import type { EvalResults } from './eval-results.ts'

/** The rule that is broken where no policy permits a call, and none forbids it. */
const defaultDeny = { id: 'default-deny', shortDescription: { text: 'no policy permits it' } }

/**
 * SARIF 2.1.0 (OASIS): what policy denied, or would have, at the case in whose trial it was called. What kept trials from
 * being judged, and why they failed, are notifications of the run.
 */
export function sarifReport({ report, trials, violations, locate }: EvalResults): string {
  const byTrial = new Map(trials.map(({ trial }) => [trial.trial, trial]))
  const results = violations.flatMap(({ trial: id, policies, mode, resource, reason, chain }) => {
    const trial = byTrial.get(id)
    if (!trial) return []
    const rule = policies.join(', ') || defaultDeny.id
    const by = policies.length > 0 ? ` by ${rule}` : ''
    const why = reason === '' && policies.length === 0 ? defaultDeny.shortDescription.text : reason
    const where = locate(trial.suite, trial.case)
    const said = `${trial.model} × ${trial.exposure}, case ${trial.case}: ${resource} ${mode === 'enforce' ? 'was' : 'would have been'} denied${by}`
    return [
      {
        ruleId: escapeText(rule),
        level: mode === 'enforce' ? 'error' : 'warning',
        message: { text: escapeText(why === '' ? said : `${said}: ${why}`) },
        locations: where ? [locationOf(where)] : [],
        partialFingerprints: {
          'calltrail/v1': JSON.stringify([
            trial.suite,
            trial.case,
            trial.model,
            trial.exposure,
            rule,
            resource,
          ]),
        },
        properties: { chain, trial: id },
      },
    ]
  })
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].map((id) =>
    id === defaultDeny.id ? defaultDeny : { id },
  )
  const document = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'calltrail', version, rules } },
        invocations: [invocationOf(report)],
        results,
        properties: { run: report.run, trials: snakeCase({ ...report.totals }) },
      },
    ],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

function invocationOf({
  state,
  infrastructureErrors,
  infrastructure,
  totals,
  summary,
  teardowns,
  silent,
}: EvalResults['report']) {
  const of = denominatorFacts(totals)
  const told = [
    ...infrastructure.map(({ where, trials, message }) =>
      notification('error', 'infrastructure error', `${count(trials, 'trial')} of ${where}: ${message}`),
    ),
    ...(of ? [notification('warning', 'denominators', of.label + of.facts.join(', '))] : []),
    ...teardownFacts({ teardowns }).map((fact) => notification('warning', 'tear-down failed', fact)),
    ...endingFacts(summary).map((fact) => notification('note', 'ended without an answer', fact)),
    ...infrastructureFacts(summary).map((fact) => notification('note', 'infrastructure errors', fact)),
    ...categoryFacts(summary).map((fact) => notification('note', `failed${withoutWords({ silent })}`, fact)),
  ]
  return {
    executionSuccessful: state === 'completed' && infrastructureErrors === 0,
    toolExecutionNotifications: told,
  }
}

function notification(level: 'error' | 'warning' | 'note', id: string, text: string) {
  return { level, descriptor: { id }, message: { text: escapeText(text, { multiline: true }) } }
}

function locationOf({
  file,
  line,
  column,
}: {
  readonly file: string
  readonly line: number
  readonly column: number
}) {
  const uri = file.split('/').map(encodeURIComponent).join('/')
  return {
    physicalLocation: {
      artifactLocation: { uri },
      region: { startLine: line, startColumn: column },
    },
  }
}
