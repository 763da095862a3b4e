import { acceptedTools, type Case } from '../../domain/suite.ts'
import type { Problem } from '../../errors.ts'
import { formatPath } from '../validate.ts'
import { answerConflicts, stateConflicts } from './answer-conflicts.ts'

type Found = { readonly path: readonly (string | number)[]; readonly message: string; readonly hint?: string }

/** What no trial can keep, whatever tools there are: parts of the case that rule each other out. */
export function contradictions(testCase: Case): readonly Problem[] {
  const found = [
    ...forbiddenAndExpected(testCase),
    ...tooSmallBudgets(testCase),
    ...answerConflicts(testCase.expect),
    ...stateConflicts(testCase.expect),
  ]
  return found.map(({ path, message, ...more }) => ({
    location: testCase.locate(path),
    message: `${formatPath(path)}: ${message}`,
    ...more,
  }))
}

function forbiddenAndExpected({ expect: { calls, forbid } }: Case): readonly Found[] {
  const expected = new Set((calls ?? []).flatMap(acceptedTools))
  return forbid.flatMap((name, index) =>
    expected.has(name)
      ? [{ path: ['expect', 'forbid', index], message: `"${name}" is expected and forbidden` }]
      : [],
  )
}

/** Any number of calls can be decided on in one step; of `superset` none is needed. Every prompt is a step. */
function tooSmallBudgets({ budget = {}, followUps = [], expect: { calls, match } }: Case): readonly Found[] {
  const needed = [
    { what: 'calls', least: match === 'superset' ? 0 : (calls ?? []).length, of: 'the expected calls are' },
    { what: 'steps', least: 1 + followUps.length, of: 'the prompts need' },
  ] as const
  return needed.flatMap(({ what, least, of }) => {
    const limit = budget[what]
    if (limit === undefined || limit >= least) return []
    const hint = `allow ${least} or more`
    return [{ path: ['budget', what], message: `${limit} is too little: ${of} ${least}`, hint }]
  })
}
