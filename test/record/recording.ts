import { unknownIdentity } from '../../src/domain/identity.ts'
import type { CallContext } from '../../src/domain/tool.ts'
import { recordSession } from '../../src/record/session-recorder.ts'
import { openTestJournal, temporaryHome } from '../journal/temporary-home.ts'

/** A trial's session that keeps what it records. */
export function keptSession(keep = true) {
  const home = temporaryHome()
  const journal = openTestJournal(home)
  const recorder = recordSession(journal, {
    type: 'trial',
    server: null,
    identity: unknownIdentity,
    parent: null,
    evidence: {},
    keep,
  })
  const text = (ref: { digest: string } | null) => ref && recorder.bodyText(ref.digest)
  return { home, journal, recorder, text }
}

export function callContext(signal = new AbortController().signal): CallContext {
  const trace = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
  return { identity: unknownIdentity, session: 's', trace, signal }
}

/** The data of the entries of one kind. */
export function dataOf<K extends string, E extends { readonly kind: string; readonly data: object }>(
  entries: readonly E[],
  kind: K,
): readonly Extract<E, { readonly kind: K }>['data'][] {
  return entries.flatMap((entry) => (isOf(entry, kind) ? [entry.data] : []))
}

function isOf<K extends string, E extends { readonly kind: string }>(
  entry: E,
  kind: K,
): entry is Extract<E, { readonly kind: K }> {
  return entry.kind === kind
}
