import { join } from 'node:path'
import { v7 } from 'uuid'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { projectOf } from '../../src/config/project.ts'
import { loadSuites } from '../../src/config/suites.ts'
import { openHome, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { createRedactor } from '../../src/policy/redactor.ts'

interface Earlier {
  readonly home: string
  /** Where the suite and its calltrail.yaml are. */
  readonly folder: string
  readonly suite: string
  readonly model: string
  readonly runs: number
  readonly trials: number
  /** That of the folder unless said. */
  readonly project?: string
}

/** Runs of a suite in which every trial passed, under the exposure `full`, as their entries say them, in a journal of the home. */
export async function writeEarlierRuns(earlier: Earlier): Promise<void> {
  const { folder, model, runs, trials } = earlier
  const config = await loadConfig(undefined, folder)
  const { project = await projectOf(config) } = earlier
  const [suite] = await loadSuites([join(folder, earlier.suite)], config)
  if (!suite) throw new Error('no suite')
  const home = openHome(earlier.home)
  const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
  for (let night = 0; night < runs; night += 1) {
    const run = v7()
    const planned = suite.cases.length * trials
    journal.append('run_started', null, {
      ...{ run, trials, planned, seed: 1, version: '0', project, exposures: ['full'] },
      suites: [{ name: suite.name, hash: suite.hash, cases: suite.cases.length }],
      models: [{ name: model, kind: 'provider' }],
    })
    for (const { id, hash, tags } of suite.cases)
      for (let repetition = 1; repetition <= trials; repetition += 1)
        journal.append('trial', null, {
          ...{ run, trial: v7(), suite: suite.name, case: id, caseHash: hash, tags, model, repetition },
          ...{ modelKind: 'provider', exposure: 'full', message: null, modelTurns: 1, toolCalls: 0 },
          outcome: 'passed',
          ...{ definitionTokens: 100, totalTokens: 200, violations: null, retrievalHit: null },
          ...{ durationMs: 1, stopped: 'answered' },
        })
    const finished = { run, done: planned, infrastructureErrors: 0, durationMs: 1 }
    journal.append('run_finished', null, { ...finished, state: 'completed' })
  }
  journal.close()
}
