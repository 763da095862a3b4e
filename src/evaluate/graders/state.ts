import type { CheckTurn, GraderFactory } from '../../domain/grader.ts'
import type { StateCheck } from '../../domain/suite.ts'
import { textOf } from '../../domain/tool.ts'
import { describeMatcher, type Match, matchAnswer, matchArgument } from './matchers.ts'
import { quote } from './quote.ts'

/**
 * What the trial left, as the tools of the toolset tell it afterwards. The value is the share of checks that hold, of those
 * that can be told; a check whose call failed does not hold, one that was never made or missed the cassette cannot be told.
 */
export const state: GraderFactory = ({ expect: { state: checks = [] } }) => {
  if (checks.length === 0) return null
  return {
    name: 'state',
    async grade({ turns }) {
      const made = turns.filter((turn) => turn.type === 'check').filter(({ purpose }) => purpose === 'state')
      const verdicts = checks.map((check, index) =>
        judge(
          check,
          made.find((turn) => turn.index === index),
        ),
      )
      const held = verdicts.filter(({ holds }) => holds).length
      const wrong = verdicts.find(({ holds }) => holds === false)
      const unknown = verdicts.find(({ holds }) => holds === null)
      const failed = verdicts.filter(({ holds }) => holds === false).length
      const details = { held, failed, unknown: checks.length - held - failed }
      if (wrong)
        return {
          grader: 'state',
          value: held / (held + failed),
          passed: false,
          reason: wrong.reason,
          details,
        }
      if (unknown) return { grader: 'state', value: null, passed: null, reason: unknown.reason, details }
      return { grader: 'state', value: 1, passed: true, reason: 'the state is as it should be', details }
    },
  }
}

interface Verdict {
  readonly holds: Match
  readonly reason: string
}

function judge({ tool, result: matchers }: StateCheck, made: CheckTurn | undefined): Verdict {
  if (!made) return { holds: null, reason: `${tool} was never asked for the state` }
  if (made.replay === 'missed') return { holds: null, reason: `the cassette does not hold ${tool}` }
  const text = textOf(made.result)
  if (made.result.isError) return { holds: false, reason: `${tool} failed: ${quote(text)}` }
  const { structuredContent } = made.result
  const matched = matchers.map((matcher) => {
    const isStructured =
      structuredContent !== undefined && ('jsonSubset' in matcher || 'jsonSchema' in matcher)
    return {
      matcher,
      match: isStructured ? matchArgument(matcher, structuredContent) : matchAnswer(matcher, text),
    }
  })
  const wrong = matched.find(({ match }) => match === false)
  if (wrong)
    return {
      holds: false,
      reason: `${tool} answered ${quote(text)}, expected ${describeMatcher(wrong.matcher)}`,
    }
  const isHidden = matched.some(({ match }) => match === null)
  return { holds: isHidden ? null : true, reason: isHidden ? `what ${tool} answered is redacted` : '' }
}
