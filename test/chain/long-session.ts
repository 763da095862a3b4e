import { type ObservedSession, observedSession, traced } from './observed-session.ts'

/**
 * Records a session of so many turns, in which what belongs together lies far apart: ids of calls that are counted anew, a call that
 * is tried again, one that is answered much later and one never, a call of a call, traces that go on.
 */
export function recordLongSession(
  journal: Parameters<typeof observedSession>[0],
  turns: number,
  { name = 'long', ...opening }: Parameters<typeof observedSession>[1] & { readonly name?: string } = {},
): ObservedSession {
  const session = observedSession(journal, opening)
  const traceOf = (turn: number) => `${Buffer.from(name).toString('hex')}${turn % 3}`.padStart(32, '1')
  const trace = (turn: number) => traced('_meta', { trace: traceOf(turn) })
  for (let turn = 0; turn < turns; turn++) {
    const at = (span: string) => `${name}-${turn}-${span}`
    session.modelRequest(at('model'))
    session.modelResponse(at('model'))
    session.decision(at('decision'), at('model'), { callId: `call_${turn % 4}` })
    if (turn % 5 !== 4) session.request(at('call'), { callId: `call_${turn % 4}`, evidence: trace(turn) })
    if (turn % 7 === 3) session.request(at('again'), { callId: `call_${turn % 4}` })
    session.policy(at('policy'), at(turn % 5 === 4 ? 'late' : 'call'), turn % 2 ? 'deny' : 'allow')
    session.request(at('inner'), { parentSpan: at('call') })
    session.request(at('traced'), { evidence: trace(turn + 1) })
    session.result(at('inner'))
    if (turn % 3 !== 2) session.result(at('call'))
    if (turn % 5 === 4) session.request(at('late'), { callId: `call_${turn % 4}` })
    if (turn >= 6) session.result(`${name}-${turn - 6}-traced`)
    if (turn >= 9) session.result(`${name}-${turn - 9}-call`)
  }
  return session
}
