import type { JWTPayload } from 'jose'
import type { Verdict } from './authenticator.ts'
import { digestOf } from './static-tokens.ts'

/** How far the issuer's clock and ours may differ. */
export const clockToleranceSeconds = 30

/** Which claims say who it is: a name, or a path through objects with dots (`realm_access.roles`). */
export interface ClaimNames {
  readonly userClaim?: string | undefined
  readonly groupsClaim?: string | undefined
  readonly roleClaim?: string | undefined
}

/** Whose a verified token is. One without a user is refused, and one that is bound to a key that nobody has shown. */
export function holderOf(claims: JWTPayload, token: string, names: ClaimNames): Verdict {
  const { userClaim = 'sub', groupsClaim = 'groups', roleClaim = 'role' } = names
  const [user] = texts(claimAt(claims, userClaim))
  if (user === undefined) return { refusal: `the token has no claim ${userClaim}` }
  if (claims.cnf !== undefined) return { refusal: 'the token is bound to a key, and is no bearer token' }
  const groups = texts(claimAt(claims, groupsClaim))
  const [role = null] = texts(claimAt(claims, roleClaim))
  return {
    holder: {
      user,
      groups: groups.length > 0 ? groups : null,
      role,
      env: null,
      scopes: scopesOf(claims),
      expiresAtMs: claims.exp === undefined ? null : (claims.exp + clockToleranceSeconds) * 1000,
      credentialId: `oidc:${claims.jti ?? digestOf(token).toString('hex').slice(0, 16)}`,
      bearer: token,
    },
  }
}

/** RFC 9068 has `scope`, one text; others have `scp`, a text or a list. */
function scopesOf({ scope, scp }: JWTPayload): readonly string[] | null {
  const written = texts(scope ?? scp)
  return written.length > 0 ? written.flatMap((text) => text.split(' ').filter(Boolean)) : null
}

function claimAt(claims: JWTPayload, name: string): unknown {
  // Some names have dots of their own: `https://example.com/groups`.
  if (Object.hasOwn(claims, name)) return claims[name]
  return name
    .split('.')
    .reduce<unknown>(
      (inner, step) => (isRecord(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined),
      claims,
    )
}

function texts(value: unknown): readonly string[] {
  return [value].flat().filter((each): each is string => typeof each === 'string' && each !== '')
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
