import { InfrastructureError } from '../../../errors.ts'

/** Whose a token is, and what it allows. What a token does not say is null. */
export interface Holder {
  readonly user: string | null
  readonly groups: readonly string[] | null
  readonly role: string | null
  readonly env: string | null
  readonly scopes: readonly string[] | null
  /** Names the token in the record, and says nothing of its text. */
  readonly credentialId: string
  /** From when on it is refused, in ms since 1970; null where it does not expire. */
  readonly expiresAtMs: number | null
  /** The token itself, where its issuer can exchange it for another; never recorded, never sent to a server. */
  readonly bearer: string | null
}

/** A refusal says why, in words that fit into a header. */
export type Verdict = { readonly holder: Holder } | { readonly refusal: string }

/** One kind of token. */
export interface Authenticator {
  /**
   * Null for a token that is not of this kind. Rejects with an `InfrastructureError` where it could not be checked: its
   * holder may be right, and comes again.
   */
  authenticate(token: string): Promise<Verdict | null>
}

export function uncheckable(message: string, cause?: unknown): InfrastructureError {
  return new InfrastructureError('authentication', message, { cause })
}

/** The first kind that knows a token decides about it. */
export function firstOf(authenticators: readonly Authenticator[]): Authenticator {
  return {
    async authenticate(token) {
      for (const each of authenticators) {
        const verdict = await each.authenticate(token)
        if (verdict) return verdict
      }
      return null
    },
  }
}
