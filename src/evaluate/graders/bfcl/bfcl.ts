import type { GraderFactory } from '../../../domain/grader.ts'
import { type Attempt, argumentsText, attemptsOf } from '../attempts.ts'
import { isRedacted } from '../placeholders.ts'
import { describeAttempt } from '../selection.ts'
import { checkOutput } from './check-output.ts'
import { type PythonValue, readPython } from './python-value.ts'

/**
 * What BFCL's checker says of all calls of the trial, under the tools' own names (without their server): value 1 or 0,
 * the error type in the reason. What it would say of an output that it cannot read is `malformed` here.
 */
export const bfcl: GraderFactory = ({ expect }) => {
  if (!expect.bfcl) return null
  const { category, language, ...texts } = expect.bfcl
  const functions = readPython(texts.functions)
  const answers = readPython(texts.answers)
  return {
    name: 'bfcl',
    async grade(transcript) {
      const attempts = attemptsOf(transcript)
      const output = attempts.flatMap((attempt) => callOf(attempt) ?? [])
      const isWhole = output.length === attempts.length
      const error = isWhole ? checkOutput({ category, language, functions, answers }, output) : 'malformed'
      if (error !== null && isWhole && attempts.some(hidesSomething))
        return { grader: 'bfcl', value: null, passed: null, reason: 'an argument is redacted' }
      const called = attempts.map(describeAttempt).join(', ') || 'nothing'
      const reason = error === null ? 'all calls are among the answers' : `${error} (called ${called})`
      return { grader: 'bfcl', value: error === null ? 1 : 0, passed: error === null, reason }
    },
  }
}

function callOf(attempt: Attempt): PythonValue | null {
  const text = attempt.fate === 'malformed' ? null : argumentsText(attempt)
  return text === null
    ? null
    : new Map([[attempt.tool.slice(attempt.tool.indexOf('/') + 1), readPython(text)]])
}

function hidesSomething(attempt: Attempt): boolean {
  return isRedacted(argumentsText(attempt) ?? '')
}
