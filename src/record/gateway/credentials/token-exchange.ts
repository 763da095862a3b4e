import { createHash } from 'node:crypto'
import type { Caller } from '../caller.ts'
import { CredentialError, type CredentialSource } from './credential-source.ts'
import { type ExchangedToken, exchangeToken, type TokenEndpoint } from './token-endpoint.ts'

/** A token is exchanged anew when it has less than this left, or a tenth of its life where that is shorter. */
const reserveMs = 30_000
/** Tokens beyond this many: the one that was asked for longest ago goes. */
const limit = 10_000

interface Kept {
  readonly token: Promise<ExchangedToken>
  /** Of `performance.now()`; at first, until it is known, without end. */
  freshUntilMs: number
}

/**
 * OAuth 2.0 Token Exchange (RFC 8693): the caller's own token for one that the server takes. What comes back is kept for
 * the principal and the token that it was given for: another token of the same user may allow less.
 */
export function tokenExchange(server: string, endpoint: TokenEndpoint): CredentialSource {
  const known = new Map<string, Kept>()

  function exchange(key: string, bearer: string): Promise<ExchangedToken> {
    const askedMs = performance.now()
    const kept: Kept = {
      token: exchangeToken(endpoint, bearer, server),
      freshUntilMs: Number.POSITIVE_INFINITY,
    }
    known.set(key, kept)
    const [oldest] = known.keys()
    if (known.size > limit && oldest !== undefined) known.delete(oldest)
    kept.token.then(
      ({ lifetimeMs }) => {
        kept.freshUntilMs = askedMs + lifetimeMs - Math.min(reserveMs, lifetimeMs / 10)
      },
      () => {
        if (known.get(key) === kept) known.delete(key)
      },
    )
    return kept.token
  }

  return {
    async headersFor(caller) {
      if (caller.bearer === null)
        throw new CredentialError(403, `${server} takes only callers with a token of the issuer`)
      const key = keyOf(caller)
      const kept = known.get(key)
      const isFresh = kept !== undefined && performance.now() < kept.freshUntilMs
      const { accessToken } = await (isFresh ? kept.token : exchange(key, caller.bearer))
      return { authorization: `Bearer ${accessToken}` }
    },
    rejected: (caller) => void known.delete(keyOf(caller)),
  }
}

function keyOf({ principal, bearer }: Caller): string {
  return JSON.stringify([principal, createHash('sha256').update(`${bearer}`).digest('hex')])
}
