import { expect, test } from 'vitest'
import { reportOf } from '../../src/cli/run-report.ts'
import { planTrials } from '../../src/evaluate/plan.ts'
import { inShards } from '../../src/evaluate/shard.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { caseOf } from '../evaluate/played-run.ts'
import { suiteOf } from '../evaluate/suites.ts'

test('the report of a shard counts the cases and trials of that shard, and says of how many', () => {
  const suites = [
    suiteOf(
      'files',
      [],
      ['a', 'b', 'c', 'd', 'e'].map((id) => caseOf(id, {})),
    ),
  ]
  const plan = { suites, models: [scriptedModel('scripted:x', [])], exposures: ['full'], trials: 1, seed: 1 }
  const shards = [{ index: 2, of: 2 }]
  const planned = inShards(planTrials(plan), plan, shards).length
  const counted = {
    planned,
    done: 0,
    infrastructureErrors: 0,
    budgetStops: 0,
    missing: planned,
    costUsd: 0,
    refusal: null,
  }
  const run = {
    run: 'r',
    started: '2026-11-21T02:30:00Z',
    state: 'interrupted',
    trials: [],
    more: [],
    durationMs: 1,
    ...counted,
  } as const
  const again = { resume: '', anew: null, isStopped: false }
  const told = { exampleChain: null, gate: null, project: 'acme', again }
  expect(reportOf(plan, run, { ...told, shards })).toMatchObject({
    ...{ planned: 2, suites: [{ name: 'files', cases: 2 }] },
    part: { shards: ['2/2'], ofCases: 5, ofTrials: 5 },
  })
  // All of them are the run.
  const both = { ...told, shards: [{ index: 1, of: 2 }, ...shards] }
  expect(reportOf(plan, { ...run, planned: 5 }, both)).toMatchObject({ part: null, suites: [{ cases: 5 }] })
})
