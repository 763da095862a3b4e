import type { GraderFactory, Score, Transcript } from '../../domain/grader.ts'
import type { Case } from '../../domain/suite.ts'
import { textOf } from '../../domain/tool.ts'
import { quote } from './quote.ts'

/** The number of tear-down calls that failed or were never made: the trial stands, what it left behind may stay. */
export const teardown: GraderFactory = (testCase) => {
  if (testCase.teardown === undefined) return null
  return { name: 'teardown', grade: async (transcript) => teardownScore(testCase, transcript) }
}

/** Of a trial that nothing else is said of, too. */
export function teardownScore({ teardown = [] }: Pick<Case, 'teardown'>, { turns }: Transcript): Score {
  const made = turns.filter((turn) => turn.type === 'check').filter(({ purpose }) => purpose === 'teardown')
  // Where nothing was begun, nothing is left behind.
  const problems = (turns.length === 0 ? [] : teardown).flatMap(({ tool }, index) => {
    const turn = made.find((each) => each.index === index)
    if (!turn) return [`${tool} was never called`]
    if (turn.replay === 'missed') return []
    return turn.result.isError ? [`${tool} failed: ${quote(textOf(turn.result))}`] : []
  })
  return {
    grader: 'teardown',
    value: problems.length,
    passed: null,
    reason: problems.length === 0 ? 'every tear-down call succeeded' : problems.join('; '),
    details: { calls: teardown.length, failed: problems.length },
  }
}
