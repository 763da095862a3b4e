import type { EntryData } from '../../../src/domain/entry.ts'
import type { JournalWriter } from '../../../src/domain/journal.ts'
import type { Home } from '../../../src/journal/home.ts'
import { observedSession } from '../../chain/observed-session.ts'
import { openLog, recordTrial } from '../../store/recorded-home.ts'

/**
 * `run-1`, of a baseline: `full` passes one case of two, `search` two of two at a tenth of the tokens, and once what is
 * around it was down. `run-2`, of a model, is interrupted before any case was played under both exposures. And a live
 * call, which belongs to no trial.
 */
export function recordRuns(home: Home): void {
  const journal = openLog(home)
  start(journal, 'run-1', { name: 'baseline:lexical', kind: 'baseline' })
  const baseline = { run: 'run-1', model: 'baseline:lexical', modelKind: 'baseline' }
  recordOutcome(journal, { ...baseline, case: 'port', exposure: 'full', outcome: 'passed' })
  recordOutcome(journal, { ...baseline, case: 'notes', exposure: 'full', outcome: 'failed' })
  recordOutcome(journal, { ...baseline, case: 'port', exposure: 'search', outcome: 'passed' })
  recordOutcome(journal, { ...baseline, case: 'notes', exposure: 'search', outcome: 'passed' })
  recordOutcome(journal, { ...baseline, case: 'down', exposure: 'search', outcome: 'infrastructure' })
  journal.append('run_finished', null, {
    run: 'run-1',
    state: 'completed',
    done: 5,
    infrastructureErrors: 1,
    durationMs: 50,
  })
  start(journal, 'run-2', { name: 'openai:small', kind: 'provider' })
  const model = { run: 'run-2', model: 'openai:small', modelKind: 'provider' }
  recordOutcome(journal, { ...model, case: 'port', exposure: 'full', outcome: 'passed' })
  recordOutcome(journal, { ...model, case: 'notes', exposure: 'search', outcome: 'failed' })
  recordLiveCall(journal)
  journal.close()
}

function start(journal: JournalWriter, run: string, model: { name: string; kind: string }): void {
  journal.append('run_started', null, {
    run,
    suites: [{ name: 'files', hash: 'h', cases: 2 }],
    models: [model],
    exposures: ['full', 'search'],
    ...{ trials: 1, seed: 1, planned: 5, version: '0' },
  })
}

type Told = Pick<EntryData['trial'], 'run' | 'model' | 'modelKind' | 'case' | 'exposure' | 'outcome'>

function recordOutcome(journal: JournalWriter, told: Told): void {
  const { session, close } = recordTrial(journal, `${told.run.at(-1)}-${told.case}-${told.exposure}`, {
    run: told.run,
  })
  close()
  const isSearch = told.exposure === 'search'
  const isDown = told.outcome === 'infrastructure'
  journal.append('trial', session, {
    ...told,
    ...{ trial: session, suite: 'files', caseHash: 'c', tags: [], repetition: 1, toolCalls: 1 },
    message: messages[told.outcome],
    modelTurns: isDown ? 0 : 2,
    definitionTokens: isDown ? null : isSearch ? 100 : 1000,
    totalTokens: isDown ? null : isSearch ? 300 : 2100,
    violations: isSearch && !isDown ? 1 : 0,
    retrievalHit: isSearch && !isDown ? 0.5 : null,
    durationMs: 10,
    stopped: 'answered',
  })
  if (isDown) return
  const score = { run: told.run, trial: session, grader: 'selection', passed: true, reason: '', details: {} }
  journal.append('score', session, { ...score, value: told.outcome === 'passed' ? 1 : 0 })
}

const messages: Readonly<Record<EntryData['trial']['outcome'], string | null>> = {
  passed: null,
  failed: 'not selected: called nothing',
  'not judged': null,
  infrastructure: 'the provider is down',
}

function recordLiveCall(journal: JournalWriter): void {
  const { request, result, policy, close } = observedSession(journal, { server: 'files' })
  request('live', { tool: 'files/live_tool' })
  policy('live-policy', 'live', 'deny')
  result('live')
  close()
}
