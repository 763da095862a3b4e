import type { EntryData } from '../../../src/domain/entry.ts'
import { type History, historyOf } from '../../../src/evaluate/gate/evidence.ts'
import { type GradedTrial, gradedTrial } from '../../../src/evaluate/graded-trial.ts'
import type { Plan } from '../../../src/evaluate/plan.ts'
import { scriptedModel } from '../../../src/models/scripted.ts'
import { suiteOf } from '../suites.ts'
import { testCase } from '../transcripts.ts'

export const ids = ['a', 'b', 'c', 'd']
export const plan: Plan = {
  suites: [
    suiteOf(
      'words',
      [],
      ids.map((id) => ({ ...testCase({}), id, hash: `truth of ${id}` })),
    ),
  ],
  models: [scriptedModel('scripted:one', []), scriptedModel('scripted:two', [])],
  exposures: ['full'],
  trials: 3,
  seed: 1,
}
export const suite = plan.suites[0]?.name ?? ''

export type Outcome = EntryData['trial']['outcome']

export function trial(id: string, repetition: number, outcome: Outcome, model = 'scripted:one'): GradedTrial {
  return gradedTrial(
    {
      ...{
        run: 'tonight',
        trial: `${id} ${repetition}`,
        suite,
        case: id,
        caseHash: `truth of ${id}`,
        tags: [],
      },
      ...{ model, modelKind: 'test double', exposure: 'full', repetition, outcome, message: null },
      ...{ modelTurns: 1, toolCalls: 0, definitionTokens: null, totalTokens: null, violations: null },
      ...{ retrievalHit: null, durationMs: 1, stopped: null },
    },
    [],
  )
}

/** All cases of both models, three times; `id` of the first model ends as it is said to. */
export function night(worse: Readonly<Record<string, Outcome>> = {}): readonly GradedTrial[] {
  return ['scripted:one', 'scripted:two'].flatMap((model) =>
    ids.flatMap((id) =>
      [1, 2, 3].map((repetition) =>
        trial(id, repetition, (model === 'scripted:one' && worse[id]) || 'passed', model),
      ),
    ),
  )
}

export const repeat = (id: string, from: number, to: number, outcome: Outcome) =>
  Array.from({ length: to - from + 1 }, (_, index) => trial(id, from + index, outcome))

export function history(nights: number, truthOf = (id: string) => `truth of ${id}`): History {
  const rows = Array.from({ length: nights }, (_, index) =>
    ['scripted:one', 'scripted:two'].flatMap((model) =>
      ids.map((id) => ({
        ...{ run: `run ${index}`, suite, case: id, case_hash: truthOf(id), model, exposure: 'full' },
        ...{ passed: 3, failed: 0 },
      })),
    ),
  )
  return historyOf(rows.flat())
}
