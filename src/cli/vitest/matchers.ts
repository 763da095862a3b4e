import type { MatcherResult, MatcherState } from 'vitest'
import type { CallTurn, Transcript } from '../../domain/grader.ts'
import type { PlayedTrial } from './suite-run.ts'

/** What matchers look at: a trial that was played, or its transcript. */
type Received = PlayedTrial | Transcript

export const matchers = {
  toHavePassed(this: MatcherState, received: PlayedTrial): MatcherResult {
    const { outcome, message } = received.trial
    return {
      pass: outcome === 'passed',
      message: () => (outcome === 'passed' ? 'the trial passed' : `the trial ${outcome}: ${message ?? ''}`),
    }
  },

  toHaveScored(this: MatcherState, received: PlayedTrial, grader: string, least = 1): MatcherResult {
    const score = received.scores.find((each) => each.grader === grader)
    const names = received.scores.map((each) => each.grader).join(', ')
    const found = score ? `${score.value ?? 'nothing'} (${score.reason})` : `no such score, but ${names}`
    return {
      pass: (score?.value ?? Number.NEGATIVE_INFINITY) >= least,
      message: () => `${grader}: expected${not(this)} at least ${least}, found ${found}`,
    }
  },

  toHaveCalledTool(this: MatcherState, received: Received, tool: string, args?: object): MatcherResult {
    const calls = callsOf(received)
    const isMeant = (call: CallTurn) =>
      call.tool === tool &&
      (args === undefined || this.equals(call.arguments, args, [this.utils.subsetEquality]))
    const wanted = args === undefined ? tool : `${tool} ${JSON.stringify(args)}`
    return {
      pass: calls.some(isMeant),
      message: () => `expected${not(this)} a call of ${wanted}, found ${listed(calls)}`,
    }
  },

  toHaveCalledToolsInOrder(this: MatcherState, received: Received, tools: readonly string[]): MatcherResult {
    const calls = callsOf(received)
    const left = calls.reduce((rest, { tool }) => (rest[0] === tool ? rest.slice(1) : rest), tools)
    return {
      pass: left.length === 0,
      message: () =>
        `expected${not(this)} calls of ${tools.join(', ')} in this order, found ${listed(calls)}`,
    }
  },

  toHaveAnswered(this: MatcherState, received: Received, expected: string | RegExp): MatcherResult {
    const { answer } = transcriptIn(received)
    const isMeant = (text: string) =>
      typeof expected === 'string' ? text.includes(expected) : new RegExp(expected, expected.flags).test(text)
    return {
      pass: answer !== null && isMeant(answer),
      message: () => `expected${not(this)} ${String(expected)} in the answer, found ${answer ?? 'no answer'}`,
    }
  },
}

function not({ isNot }: MatcherState): string {
  return isNot ? ' not' : ''
}

function transcriptIn(received: Received): Transcript {
  return 'transcript' in received ? received.transcript : received
}

/** The calls that reached servers, however their tools were shown. */
function callsOf(received: Received): readonly CallTurn[] {
  return transcriptIn(received).turns.filter((turn) => turn.type === 'call')
}

function listed(calls: readonly CallTurn[]): string {
  if (calls.length === 0) return 'no call'
  return calls.map(({ tool, arguments: given }) => `${tool} ${JSON.stringify(given)}`).join(', ')
}
