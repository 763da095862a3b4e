import type { JournalWriter } from '../../src/domain/journal.ts'
import type { Home } from '../../src/journal/home.ts'
import { openLog, recordTrial } from './recorded-home.ts'
import { recordCall, recordTurn } from './recorded-turn.ts'

/** A home that has rows in every table once it is ingested: a run with its trials, and a call that is joined to its turn. */
export function recordEverything(home: Home, trials = 3): void {
  const journal = openLog(home)
  beginRun(journal, trials)
  for (let trial = 0; trial < trials; trial++) {
    const session = recordTrial(journal, `t${trial}`, { turns: 2 })
    session.close()
    judge(journal, session.session, trial)
  }
  const end = { state: 'completed', done: trials, infrastructureErrors: 0, durationMs: 1234.5678 } as const
  journal.append('run_finished', null, { run: 'run-1', ...end })
  journal.append('gate', null, {
    ...{ run: 'run-1', gate: 'gate-1', verdict: 'insufficient data', baseline: 'latest', newest: null },
    ...{ cells: [], calibration: { falseAlarms: 31, nights: 1000, low: 0.0219, high: 0.0437 } },
  })
  journal.close()
  const callId = 'toolu_01ABCDEFGHIJKLMN'
  recordTurn(home, [{ span: 'd', callId }])
  recordCall(home, { callId })
}

function beginRun(journal: JournalWriter, trials: number): void {
  journal.append('run_started', null, {
    run: 'run-1',
    suites: [{ name: 'files', hash: 'h', cases: 1 }],
    models: [{ name: 'test:model', kind: 'test double' }],
    exposures: ['full'],
    ...{ trials, seed: 7, planned: trials, version: '0.1.0' },
  })
}

function judge(journal: JournalWriter, trial: string, index: number): void {
  journal.append('trial', trial, {
    ...{ run: 'run-1', trial, suite: 'files', case: 'port', caseHash: 'h', tags: ['read'] },
    ...{ model: 'test:model', modelKind: 'test double', exposure: 'full', repetition: index },
    ...{ outcome: 'passed', message: null, modelTurns: 2, toolCalls: 1, definitionTokens: 41.5 },
    ...{
      totalTokens: null,
      violations: 1,
      retrievalHit: 1 / 3,
      durationMs: 12.5 + index / 7,
      stopped: 'answered',
    },
  })
  journal.append('score', trial, {
    ...{ run: 'run-1', trial, grader: 'selection', value: 2 / 3, passed: true, reason: 'as \ud800 expected' },
    details: { precision: 1, recall: null, other: 1 / 3 },
  })
}
