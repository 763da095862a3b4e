import type { GraderFactory } from '../../domain/grader.ts'
import type { Matcher } from '../../domain/suite.ts'
import { describeMatcher, matchAnswer } from './matchers.ts'
import { quote } from './quote.ts'

/** All matchers must match the model's last words (`matchAnswer` says how). The value is 1 or 0. */
export const answer: GraderFactory = ({ expect }) => {
  const matchers = expect.answer
  if (matchers.length === 0) return null
  return {
    name: 'answer',
    async grade({ answer }) {
      const text = answer ?? ''
      const judged = matchers.map((matcher) => ({ matcher, match: matchAnswer(matcher, text) }))
      const wrong = judged.find(({ match }) => match === false)
      if (wrong)
        return { grader: 'answer', value: 0, passed: false, reason: describeWrong(wrong.matcher, text) }
      if (judged.some(({ match }) => match === null))
        return {
          grader: 'answer',
          value: null,
          passed: null,
          reason: `the answer is redacted: ${quote(text)}`,
        }
      return { grader: 'answer', value: 1, passed: true, reason: 'the answer matches' }
    },
  }
}

function describeWrong(matcher: Matcher, text: string): string {
  const said = text.trim() === '' ? 'no answer was given' : `the answer was ${quote(text)}`
  return `${said}, expected ${describeMatcher(matcher)}`
}
