import { hash } from 'node:crypto'
import type { Evidence } from '../domain/entry.ts'
import { homeCredential, type Identity } from '../domain/identity.ts'

/** What an observation says of its W3C trace: the trace, and the span that it names as its parent. */
export interface TraceContext {
  readonly traceId: string
  readonly parentId: string
  readonly trusted: boolean
}

const traceparentForm = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/

/** Null where there is no `traceparent`, or one that the recommendation calls invalid. */
export function traceContext({ traceparent }: Evidence): TraceContext | null {
  const [, traceId, parentId] = traceparentForm.exec(traceparent?.value ?? '') ?? []
  if (!traceId || !parentId || /^0+$/.test(traceId) || /^0+$/.test(parentId)) return null
  return { traceId, parentId, trusted: traceparent?.from === 'runner' }
}

/**
 * Whom we know to be calling: a verified user, else a credential; `home` for everybody whose identity nobody checked, who
 * shows the home's own token among them: clients send it to the servers that want it, and to models none. Evidence joins
 * observations of one principal only.
 */
export function principalOf({ user, permissions: { credentialId } }: Identity): string {
  if (user?.source === 'verified') return `user:${user.value}`
  return credentialId === null || credentialId === homeCredential ? 'home' : `credential:${credentialId}`
}

/**
 * The chain of a trace: its id where we made it ourselves, else one that is the principal's own: nobody gets into another's
 * chain, nor a chain into another's, by sending its id. Depends on nothing else: a rebuilt index has the same ids.
 */
export function chainOfTrace({ traceId, trusted }: TraceContext, principal: string): string {
  return trusted ? traceId : derivedChain(`${principal}\n${traceId}`)
}

/** The id of a chain without a trace: SHA-256, 32 hex digits as a trace id has. */
export function derivedChain(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 32)
}
