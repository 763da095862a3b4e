import type { GraderFactory, Transcript } from '../../domain/grader.ts'
import type { Budget } from '../../domain/suite.ts'
import { callsIn } from './replay.ts'
import { tokensOf } from './tokens.ts'

/** The trial used no more than the case allows. The value is 1 or 0; null where tokens are limited and not all are known. */
export const budget: GraderFactory = ({ budget: limits }) => {
  const named = limits ? limitsOf(limits) : []
  if (named.length === 0) return null
  return {
    name: 'budget',
    async grade(transcript) {
      const used = useOf(transcript)
      const over = named.filter(({ what, limit }) => (used[what] ?? 0) > limit)
      const describe = (some: typeof named) =>
        some.map(({ what, limit }) => `${round(used[what])} of ${limit} ${what}`).join(', ')
      const details = { steps: used.steps, calls: used.calls, tokens: used.tokens, seconds: used.seconds }
      if (over.length > 0)
        return { grader: 'budget', value: 0, passed: false, reason: `used ${describe(over)}`, details }
      const isUnknown = named.some(({ what }) => used[what] === null)
      if (isUnknown)
        return { grader: 'budget', value: null, passed: null, reason: 'not all tokens are known', details }
      return { grader: 'budget', value: 1, passed: true, reason: `used ${describe(named)}`, details }
    },
  }
}

type Use = Readonly<Record<keyof Budget, number | null>>

/** What a transcript used so far; seconds are those of model and tools. */
export function useOf(transcript: Pick<Transcript, 'turns'>): Use {
  const { modelTurns, total } = tokensOf(transcript)
  const durations = transcript.turns.map((turn) =>
    turn.type === 'model' || turn.type === 'call' ? turn.durationMs : 0,
  )
  return {
    steps: modelTurns,
    calls: callsIn(transcript).length,
    tokens: modelTurns === 0 ? 0 : total,
    seconds: durations.reduce((sum, each) => sum + each, 0) / 1000,
  }
}

/** Whether another request would be too much. One that has made all its calls may still answer. */
export function isUsedUp(limits: Budget, transcript: Pick<Transcript, 'turns'>): boolean {
  const used = useOf(transcript)
  return limitsOf(limits).some(({ what, limit }) => {
    const count = used[what] ?? 0
    return what === 'calls' ? count > limit : count >= limit
  })
}

const kinds = ['steps', 'calls', 'tokens', 'seconds'] as const

function limitsOf(limits: Budget) {
  return kinds.flatMap((what) => {
    const limit = limits[what]
    return limit === undefined ? [] : [{ what, limit }]
  })
}

function round(value: number | null): string {
  return value === null ? 'an unknown number' : String(Math.round(value * 10) / 10)
}
