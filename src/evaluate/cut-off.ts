import type { Transcript } from '../domain/grader.ts'
import { callLimit, parallelCallLimit } from './call-limit.ts'
import { isCutShort } from './graders/abstention.ts'
import { listNames } from './graders/list-names.ts'
import { quote } from './graders/quote.ts'

interface CutOff {
  readonly category: 'refused' | 'content filter' | 'context overflow' | 'truncated'
  readonly reason: string
}

/** Why a model came to no answer, where it or its provider would not go on; null where that is not how the trial ended. */
export function explainCutOff({ stopped, answer, turns }: Transcript): CutOff | null {
  const asked = turns.filter((turn) => turn.type === 'model')
  if (stopped === 'refused') return { category: stopped, reason: `it said ${quote(answer ?? '')}` }
  if (stopped === 'content filter')
    return { category: stopped, reason: `the provider filtered request ${asked.length} or its answer` }
  if (stopped === 'truncated')
    return {
      category: stopped,
      reason: `answer ${asked.length} reached the limit of its length${after(answer)}`,
    }
  if (stopped !== 'context overflow') return null
  const tokens = asked.at(-1)?.definitionTokens ?? null
  const definitions = tokens === null ? '' : `; its tool definitions alone are about ${tokens} tokens`
  return {
    category: stopped,
    reason: `request ${asked.length} was longer than the model's context${definitions}`,
  }
}

const after = (answer: string | null) => (answer?.trim() ? `, after ${quote(answer)}` : '')

interface TooManyCalls {
  readonly category: 'too many calls'
  readonly reason: string
}

/** What a model decided on, where it was so much that the trial was ended for it; null where it was not. */
export function explainTooMany({ stopped, turns }: Transcript): TooManyCalls | null {
  if (stopped !== 'too many calls' && stopped !== 'call limit') return null
  const isAtOnce = stopped === 'too many calls'
  const asked = turns.filter((turn) => turn.type === 'model')
  const decisions = (isAtOnce ? asked.slice(-1) : asked).flatMap(({ decisions }) => decisions)
  const names = listNames([...new Set(decisions.map(({ tool }) => tool))])
  const limit = isAtOnce ? `at once, ${parallelCallLimit} at most` : `in all, ${callLimit} at most`
  return { category: 'too many calls', reason: `decided on ${decisions.length} calls ${limit}: ${names}` }
}

const endless = new Set<Transcript['stopped']>(['too many calls', 'call limit', 'step limit', 'case budget'])

/**
 * Whether nothing at all was said or decided, or so much that it was stopped for it: such a trial cannot pass, whatever was
 * called on the way.
 */
export function cannotPass(transcript: Transcript): boolean {
  return endless.has(transcript.stopped) || wasTurnedAway(transcript)
}

function wasTurnedAway({ stopped, turns }: Transcript): boolean {
  if (!isCutShort(stopped)) return false
  return turns.every(
    (turn) => turn.type !== 'model' || (turn.text.trim() === '' && turn.decisions.length === 0),
  )
}
