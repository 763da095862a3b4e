import type { JournalWriter } from '../../src/domain/journal.ts'
import { recordTrial } from './recorded-home.ts'

/** The run `run-7` of one trial, begun; `finish` records the trial, its scores and the end of the run. */
export function beginRun(journal: JournalWriter) {
  const session = recordTrial(journal, 'alpha', { run: 'run-7' })
  journal.append('run_started', null, {
    run: 'run-7',
    suites: [{ name: 'files', hash: 'h', cases: 1 }],
    models: [{ name: 'test:model', kind: 'test double' }],
    exposures: ['full'],
    trials: 1,
    seed: 7,
    planned: 1,
    version: '0.1.0',
  })
  return { finish: () => finishRun(journal, session.session) }
}

function finishRun(journal: JournalWriter, trial: string): void {
  journal.append('trial', trial, {
    run: 'run-7',
    trial,
    suite: 'files',
    case: 'port',
    caseHash: 'h',
    tags: ['read'],
    model: 'test:model',
    modelKind: 'test double',
    exposure: 'full',
    repetition: 1,
    outcome: 'passed',
    message: null,
    modelTurns: 2,
    toolCalls: 1,
    definitionTokens: 41.5,
    totalTokens: null,
    violations: 1,
    retrievalHit: null,
    durationMs: 12.5,
    stopped: 'answered',
  })
  const score = { run: 'run-7', trial, reason: 'as expected' }
  journal.append('score', trial, {
    ...score,
    grader: 'selection',
    value: 0.5,
    passed: true,
    details: { precision: 1, recall: null },
  })
  journal.append('score', trial, {
    ...score,
    grader: 'answer',
    value: null,
    passed: null,
    details: {},
  })
  journal.append('run_finished', null, {
    run: 'run-7',
    state: 'completed',
    done: 1,
    infrastructureErrors: 0,
    durationMs: 100,
  })
  journal.append('gate', null, {
    ...{ run: 'run-7', gate: 'gate-7', verdict: 'insufficient data', baseline: 'latest', newest: null },
    ...{ cells: [], calibration: null },
  })
}
