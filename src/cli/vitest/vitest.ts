import { expect } from 'vitest'
import { matchers } from './matchers.ts'

/** `calltrail/vitest`: suites as tests, and matchers on what was played, which are there once this is imported. */
expect.extend(matchers)

export type { Transcript } from '../../domain/grader.ts'
export type { PlayedTrial } from './suite-run.ts'
export { type SuiteTestsOptions, suiteTests } from './suite-tests.ts'

declare module 'vitest' {
  interface Matchers<T> {
    /** All required graders of the case passed. */
    toHavePassed(): T
    /** The score of a grader is at least so much (1 unless said); one that could not be judged is not. */
    toHaveScored(grader: string, least?: number): T
    /** A call reached `server/tool`, with at least these arguments. */
    toHaveCalledTool(tool: string, args?: object): T
    /** Calls of these tools were made in this order; there may be others between them. */
    toHaveCalledToolsInOrder(tools: readonly string[]): T
    /** The last answer has this text, or matches. */
    toHaveAnswered(expected: string | RegExp): T
  }
}
