import type { EntryData } from '../../../src/domain/entry.ts'
import type { Home } from '../../../src/journal/home.ts'
import { openLog, recordTrial } from '../../store/recorded-home.ts'

const outcomes = { passed: 'passed', failed: 'failed', infrastructure: 'infrastructure' } as const

/** Two cases: `full` passes one of two, `search` two of two at a tenth of the tokens, and once the provider was down. */
export function recordRun(home: Home): void {
  const journal = openLog(home)
  journal.append('run_started', null, {
    run: 'run-1',
    suites: [{ name: 'files', hash: 'h', cases: 2 }],
    models: [{ name: 'baseline:lexical', kind: 'baseline' }],
    exposures: ['full', 'search'],
    ...{ trials: 1, seed: 1, planned: 5, version: '0' },
  })
  const trial = (
    id: string,
    exposure: string,
    outcome: keyof typeof outcomes,
    more: Partial<EntryData['trial']> = {},
  ) => {
    const { session, close } = recordTrial(journal, `${id}-${exposure}`)
    close()
    const isSearch = exposure === 'search'
    const fields = { run: 'run-1', trial: session, suite: 'files', case: id, caseHash: 'c', tags: [] }
    const measured = {
      modelTurns: 2,
      toolCalls: 1,
      definitionTokens: isSearch ? 100 : 1000,
      totalTokens: isSearch ? 300 : 2100,
    }
    const rest = {
      violations: isSearch ? 1 : 0,
      retrievalHit: isSearch ? 0.5 : null,
      durationMs: 10,
      stopped: 'answered',
    }
    const message =
      outcome === 'passed'
        ? null
        : outcome === 'failed'
          ? 'not selected: called nothing'
          : 'the provider is down'
    journal.append('trial', session, {
      ...fields,
      ...{
        model: 'baseline:lexical',
        modelKind: 'baseline',
        exposure,
        repetition: 1,
        outcome: outcomes[outcome],
        message,
      },
      ...measured,
      ...rest,
      ...more,
    })
    const score = { run: 'run-1', trial: session, grader: 'selection', passed: true, reason: '', details: {} }
    if (outcome !== 'infrastructure')
      journal.append('score', session, { ...score, value: outcome === 'passed' ? 1 : 0 })
  }
  trial('port', 'full', 'passed')
  trial('notes', 'full', 'failed')
  trial('port', 'search', 'passed')
  trial('notes', 'search', 'passed')
  trial('down', 'search', 'infrastructure', {
    definitionTokens: null,
    totalTokens: null,
    modelTurns: 0,
    violations: 0,
  })
  journal.append('run_finished', null, {
    run: 'run-1',
    state: 'completed',
    done: 5,
    infrastructureErrors: 1,
    durationMs: 50,
  })
  journal.close()
}
