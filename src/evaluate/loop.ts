import canonicalize from 'canonicalize'
import type { ModelTurn, Transcript } from '../domain/grader.ts'
import type { Failure } from './failure.ts'
import { listNames } from './graders/list-names.ts'

/** How often a model must have done the same at the end of its trial, and of how many turns that may consist. */
const repetitions = 3
const longestRound = 4

interface Loop {
  readonly category: 'loop'
  readonly reason: string
}

/** The same decisions over and over, at the end of a trial that came to no end of its own; null where there are none. */
export function explainLoop({ stopped, turns }: Transcript): Loop | null {
  if (stopped !== 'step limit' && stopped !== 'call limit') return null
  const asked = turns.filter((turn) => turn.type === 'model')
  const done = asked.map(decisionsOf)
  for (let length = 1; length <= longestRound; length++) {
    const last = done.slice(-length * repetitions)
    const isRound = last.every((each, index) => each !== '' && each === last[index % length])
    if (last.length === length * repetitions && isRound)
      return { category: 'loop', reason: reasonOf(asked.slice(-length)) }
  }
  return null
}

/** The same, or that a trial was stopped before it came to an end of its own; null of one that did. */
export function explainEndless(transcript: Transcript): Failure | null {
  const { stopped, turns } = transcript
  if (stopped !== 'step limit' && stopped !== 'case budget') return null
  const asked = turns.filter((turn) => turn.type === 'model')
  const isBetween = asked.at(-1)?.decisions.length === 0
  const reason = isBetween
    ? `was stopped (${stopped}) after request ${asked.length}, before all prompts were put`
    : `still called tools in the last of ${asked.length} requests, and never answered`
  if (stopped === 'case budget') return { category: 'over budget', reason }
  return explainLoop(transcript) ?? { category: isBetween ? 'gave up' : 'loop', reason }
}

function decisionsOf({ decisions }: ModelTurn): string {
  if (decisions.length === 0) return ''
  const made = decisions.map(({ tool, arguments: given, rawArguments }) => [tool, given ?? rawArguments])
  return canonicalize(made) ?? ''
}

function reasonOf(round: readonly ModelTurn[]): string {
  const tools = [...new Set(round.flatMap(({ decisions }) => decisions.map(({ tool }) => tool)))]
  return `called ${listNames(tools)} with the same arguments until it was stopped`
}
