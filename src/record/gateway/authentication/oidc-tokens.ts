import type { JWTVerifyGetKey } from 'jose'
import { describeError } from '../../../errors.ts'
import { type Authenticator, uncheckable } from './authenticator.ts'
import { keySetUri } from './issuer.ts'
import { type ClaimNames, clockToleranceSeconds, holderOf } from './token-claims.ts'

export interface OidcOptions extends ClaimNames {
  /** Exactly as it stands in `iss`. */
  readonly issuer: string
  /** A token for one of these is a token for this gateway. */
  readonly audience: string | readonly string[]
  /** Where the issuer's keys are; asked of its discovery document unless said. */
  readonly jwksUri?: string | undefined
  /** After keys were fetched, an unknown key id makes nobody fetch them again for so long. */
  readonly cooldownMs?: number
}

const cooldownMs = 10_000
const timeoutMs = 5_000

/** Signatures by a private key. `none` is no signature, and a shared secret (HS256) could be anybody's. */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

/** Why a token is refused, by the code of jose's error or the claim it is about; anything else went wrong around the token. */
const refusals: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED: 'the token has a claim that cannot be read',
  aud: 'the token is not for this gateway',
  iss: 'the token is of another issuer',
  nbf: 'the token is not yet valid',
  exp: 'the token has no end',
  ERR_JWT_INVALID: 'the token has no claims that can be read',
  ERR_JWS_INVALID: 'the token is no signed token',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the signature of the token is not that of its issuer',
  ERR_JOSE_ALG_NOT_ALLOWED: 'the token is signed with an algorithm that is not allowed',
  ERR_JOSE_NOT_SUPPORTED: 'the token asks for something that is not supported here',
  ERR_JWKS_NO_MATCHING_KEY: 'the key of the token is none of its issuer',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'the token does not name its key',
}

/** Bearer tokens of an OpenID Connect issuer: signed JWTs for this gateway. Keys are fetched when a token first needs them. */
export function oidcTokens(options: OidcOptions): Authenticator {
  const { issuer, audience } = options
  let opening: Promise<JWTVerifyGetKey> | null = null

  async function verify(token: string) {
    const { jwtVerify } = await import('jose')
    opening ??= openKeys(options).catch((error: unknown) => {
      opening = null
      throw error
    })
    const checks = {
      issuer,
      audience: [audience].flat(),
      algorithms,
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['exp'],
    }
    return jwtVerify(token, await opening, checks)
  }

  return {
    async authenticate(token) {
      if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return null
      try {
        return holderOf((await verify(token)).payload, token, options)
      } catch (error) {
        const refusal = refusalOf(error)
        if (refusal !== undefined) return { refusal }
        throw uncheckable(`tokens of ${issuer} cannot be checked: ${describeError(error)}`, error)
      }
    },
  }
}

function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined
  const claim =
    'claim' in error && error.code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' ? String(error.claim) : ''
  return refusals[claim] ?? refusals[String(error.code)]
}

async function openKeys({ issuer, jwksUri, cooldownMs: cooldownDuration = cooldownMs }: OidcOptions) {
  const { createRemoteJWKSet } = await import('jose')
  const uri = jwksUri ?? (await keySetUri(issuer, timeoutMs))
  return createRemoteJWKSet(new URL(uri), { cooldownDuration, timeoutDuration: timeoutMs })
}
