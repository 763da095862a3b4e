import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Authenticator } from './authenticator.ts'

/** A token as it stands in calltrail.yaml: its digest, whose it is, and what it allows. */
export interface StaticToken {
  readonly id: string
  /** SHA-256 of the token, in hex. Enough for one with 256 random bits; a password would need more. */
  readonly sha256: string
  readonly user?: string | undefined
  readonly groups?: readonly string[] | undefined
  readonly role?: string | undefined
  readonly env?: string | undefined
  readonly scopes?: readonly string[] | undefined
}

/** Every digest is compared, in constant time, whichever is the right one. */
export function staticTokens(tokens: readonly StaticToken[]): Authenticator {
  const known = tokens.map(({ id, sha256, user, groups, role, env, scopes }) => ({
    digest: Buffer.from(sha256, 'hex'),
    holder: {
      user: user ?? null,
      groups: groups ?? null,
      role: role ?? null,
      env: env ?? null,
      scopes: scopes ?? null,
      credentialId: id,
      expiresAtMs: null,
      bearer: null,
    },
  }))
  return {
    async authenticate(token) {
      const digest = digestOf(token)
      const [found] = known.filter((each) => timingSafeEqual(each.digest, digest))
      return found ? { holder: found.holder } : null
    },
  }
}

/** 32 random bytes, with a name in front by which people and scanners know it. */
export function newToken(): { readonly token: string; readonly sha256: string } {
  const token = `calltrail_${randomBytes(32).toString('base64url')}`
  return { token, sha256: digestOf(token).toString('hex') }
}

export function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
