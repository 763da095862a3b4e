import type { Transcript } from '../domain/grader.ts'
import { isCutShort } from './graders/abstention.ts'
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

/** Whether nothing at all was said or decided, so that there is nothing to judge: such a trial cannot pass. */
export function wasTurnedAway({ stopped, turns }: Transcript): boolean {
  if (!isCutShort(stopped)) return false
  return turns.every(
    (turn) => turn.type !== 'model' || (turn.text.trim() === '' && turn.decisions.length === 0),
  )
}
