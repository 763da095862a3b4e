import fc from 'fast-check'
import { vi } from 'vitest'
import type { Evidence } from '../../src/domain/entry.ts'
import type { JournalWriter } from '../../src/domain/journal.ts'
import { type ObservedSession, observedSession, traced, userOf } from '../chain/observed-session.ts'

/** How often each comes, of a hundred or so. */
const weights = {
  ask: 12,
  answer: 12,
  decide: 16,
  judge: 8,
  call: 20,
  callWithin: 8,
  end: 20,
  lose: 1,
  close: 2,
  setClockBack: 1,
} as const

/** What happens in one of six sessions. Numbers pick among what is there: few ids and traces, which come again. */
export interface Happening {
  readonly what: keyof typeof weights
  readonly session: number
  readonly which: number
  readonly callId: number
  readonly trace: number
}

export const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.oneof(
    ...Object.entries(weights).map(([what, weight]) => ({
      weight,
      arbitrary: fc.constant(what as Happening['what']),
    })),
  ),
  session: fc.nat(5),
  which: fc.nat(11),
  callId: fc.nat(5),
  trace: fc.nat(7),
})

const trialTrace = traced('runner', { trace: '7'.repeat(32) })
const openings: readonly Parameters<typeof observedSession>[1][] = [
  { type: 'stdio' },
  { type: 'model' },
  { type: 'trial', parent: 'run-1', evidence: trialTrace },
  { type: 'http', identity: userOf('alice', 'verified') },
  { type: 'stdio', server: 'mail', evidence: traced('header') },
  { type: 'judge', parent: 'run-1', evidence: trialTrace },
]

/** Those of a provider are unique, so that sessions are joined by them; baselines count. */
const callIds = ['toolu_01ABCDEFGHIJKLMN', 'toolu_01OPQRSTUVWXYZab', 'call_0', 'call_1', '読む😀', '']

interface UnderWay extends ObservedSession {
  readonly models: string[]
  readonly calls: string[]
  /** That a policy has decided on and nobody has sent. */
  readonly decided: string[]
}

/** Records what happens; sessions of even number and those of odd number have a recorder each. */
export function anyTraffic(recorders: readonly [JournalWriter, JournalWriter]) {
  const sessions = new Map<number, UnderWay>()
  const begun: string[] = []

  function open(number: number): UnderWay {
    const session = observedSession(recorders[number % 2 === 0 ? 0 : 1], openings[number])
    const own = { ...session, models: [], calls: [], decided: [] }
    sessions.set(number, own)
    return own
  }

  function newSpan(): string {
    const span = begun.length.toString(16).padStart(16, '0')
    begun.push(span)
    return span
  }

  function evidenceOf({ which, trace }: Happening): Evidence {
    if (trace > 2) return {}
    const parent = pick(begun, which)
    return traced('_meta', { trace: `${trace + 1}`.repeat(32), ...(parent && { parent }) })
  }

  const happen: Record<Happening['what'], (own: UnderWay, given: Happening) => void> = {
    ask(own, given) {
      const span = newSpan()
      own.models.push(span)
      own.modelRequest(span, { evidence: evidenceOf(given), prompt: `Question ${given.which}` })
    },
    answer(own, { which }) {
      const model = pick(own.models, which)
      if (model) own.modelResponse(model)
    },
    decide(own, given) {
      const evidence = evidenceOf(given)
      own.decision(newSpan(), pick(own.models, given.which) ?? 'lost', { callId: idOf(given), evidence })
    },
    judge(own, { which }) {
      const call = which % 3 === 0 ? newSpan() : pick(own.calls, which)
      if (which % 3 === 0 && call) own.decided.push(call)
      own.policy(newSpan(), call ?? null, which % 2 === 0 ? 'deny' : 'allow')
    },
    call(own, given) {
      const span = own.decided.pop() ?? newSpan()
      own.calls.push(span)
      own.request(span, { callId: idOf(given), evidence: evidenceOf(given) })
    },
    callWithin(own, given) {
      const outer = pick(own.calls, given.which)
      if (!outer) return
      const span = newSpan()
      own.calls.push(span)
      own.request(span, { parentSpan: outer, evidence: evidenceOf(given) })
    },
    end(own, { which }) {
      const call = pick(own.calls, which)
      if (call) own.result(call)
    },
    lose(own) {
      recorders[0].append('loss', own.session, { reason: 'disk full', entries: 1, bodies: 0 })
    },
    close(own) {
      own.close()
      for (const [number, session] of sessions) if (session === own) sessions.delete(number)
    },
    setClockBack() {
      const before = Date.now() - 3_600_000
      vi.spyOn(Date, 'now').mockReturnValue(before)
    },
  }

  return {
    record(given: Happening): void {
      happen[given.what](sessions.get(given.session) ?? open(given.session), given)
    },
  }
}

const idOf = ({ callId }: Happening) => callIds[callId] ?? ''

/** The last ones first. */
function pick(spans: readonly string[], which: number): string | undefined {
  return spans.at(-1 - (which % Math.max(1, spans.length)))
}
