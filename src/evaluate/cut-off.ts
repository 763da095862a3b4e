import type { Transcript } from '../domain/grader.ts'
import { quote } from './graders/quote.ts'

interface CutOff {
  readonly category: 'refused' | 'content filter' | 'context overflow'
  readonly reason: string
}

/** Why a model came to no answer, where it or its provider would not go on; null where that is not how the trial ended. */
export function explainCutOff({ stopped, answer, turns }: Transcript): CutOff | null {
  const asked = turns.filter((turn) => turn.type === 'model')
  if (stopped === 'refused') return { category: stopped, reason: `it said ${quote(answer ?? '')}` }
  if (stopped === 'content filter')
    return { category: stopped, reason: `the provider filtered request ${asked.length} or its answer` }
  if (stopped !== 'context overflow') return null
  const tokens = asked.at(-1)?.definitionTokens ?? null
  const definitions = tokens === null ? '' : `; its tool definitions alone are about ${tokens} tokens`
  return {
    category: stopped,
    reason: `request ${asked.length} was longer than the model's context${definitions}`,
  }
}

/** Whether nothing at all was said or decided, so that there is nothing to judge: such a trial cannot pass. */
export function wasTurnedAway({ stopped, turns }: Transcript): boolean {
  if (stopped !== 'content filter' && stopped !== 'context overflow') return false
  return turns.every(
    (turn) => turn.type !== 'model' || (turn.text.trim() === '' && turn.decisions.length === 0),
  )
}
