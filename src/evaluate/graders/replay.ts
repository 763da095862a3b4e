import type { CallTurn, GraderFactory, Transcript } from '../../domain/grader.ts'
import { quote } from './quote.ts'

/**
 * Of a case that is played from a cassette: the number of calls that the cassette does not hold, those that a real server
 * answered among them.
 */
export const replay: GraderFactory = ({ recording }) => {
  if (recording === null) return null
  return {
    name: 'replay',
    async grade(transcript) {
      const calls = callsIn(transcript)
      const count = (kind: CallTurn['replay']) => calls.filter((call) => call.replay === kind).length
      const [missed, live] = [count('missed'), count('live')]
      const outside = calls.filter(isMiss)
      return {
        grader: 'replay',
        value: missed + live,
        passed: null,
        reason: outside.length === 0 ? 'every call was recorded' : describe(outside),
        details: { recorded: count('recorded'), missed, live },
      }
    },
  }
}

export function callsIn({ turns }: Pick<Transcript, 'turns'>): readonly CallTurn[] {
  return turns.filter((turn) => turn.type === 'call')
}

const isMiss = ({ replay }: CallTurn) => replay === 'missed' || replay === 'live'

function describe(calls: readonly CallTurn[]): string {
  return calls
    .map(
      (call) =>
        `${call.tool} ${quote(call.arguments ?? undefined)}${call.replay === 'live' ? ' (asked live)' : ''}`,
    )
    .join('; ')
}
