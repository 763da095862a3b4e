import { principalOf } from '../../chain/trace-context.ts'
import type { Claim, Identity } from '../../domain/identity.ts'
import type { Holder } from './authentication/authenticator.ts'

/** On whose behalf a request is made, and what of it stays with the gateway. */
export interface Caller {
  /** Recorded; nothing else of a caller is. */
  readonly identity: Identity
  /** What one principal began, no other one reaches or joins. */
  readonly principal: string
  /** Credentials are given out for nobody else. */
  readonly isAuthenticated: boolean
  /** See `Holder.bearer`. */
  readonly bearer: string | null
  /** Names of headers that were meant for the gateway, and go no further. */
  readonly consumed: readonly string[]
  /** See `Holder.expiresAtMs`. */
  readonly expiresAtMs: number | null
}

/** The gateway's own token, where `Authorization` belongs to what lies behind. */
export const tokenHeader = 'x-calltrail-token'

/** Nobody has asked who it is. */
export function anyone(identity: Identity): Caller {
  const principal = principalOf(identity)
  return {
    identity,
    principal,
    isAuthenticated: false,
    bearer: null,
    consumed: [tokenHeader],
    expiresAtMs: null,
  }
}

export function callerOf(holder: Holder, configured: Identity, consumed: readonly string[]): Caller {
  const identity = identityOf(holder, configured)
  const principal = principalOf(identity)
  const { bearer, expiresAtMs } = holder
  return { identity, principal, isAuthenticated: true, bearer, consumed, expiresAtMs }
}

/**
 * What a token says is verified, and stands before what is configured. User, groups and role are of one person: where the
 * token names the user, nobody else's groups and role are added.
 */
function identityOf(holder: Holder, configured: Identity): Identity {
  const { user, groups, role, env, scopes, credentialId } = holder
  const person = user === null ? configured : { user: null, groups: null, role: null }
  return {
    ...configured,
    user: verified(user) ?? person.user,
    groups: verified(groups) ?? person.groups,
    role: verified(role) ?? person.role,
    env: verified(env) ?? configured.env,
    permissions: { ...configured.permissions, scopes, credentialId },
  }
}

function verified<T>(value: T | null): Claim<T> | null {
  return value === null ? null : { value, source: 'verified' }
}
