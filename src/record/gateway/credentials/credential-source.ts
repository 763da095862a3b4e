import { CalltrailError } from '../../../errors.ts'
import type { Caller } from '../caller.ts'

export type Headers = Readonly<Record<string, string>>

/** What a caller shows to one server, and never holds itself. */
export interface CredentialSource {
  /** Sent in place of the client's own headers of these names. Rejects with a `CredentialError`. */
  headersFor(caller: Caller): Promise<Headers>
  /** The server did not take what it was given last; the next is a new one, where there is one. */
  rejected(caller: Caller): void
}

/** `403`: not for this caller; `502`: not with what the gateway is configured with; `503`: not now. */
export class CredentialError extends CalltrailError {
  readonly status: 403 | 502 | 503

  constructor(status: 403 | 502 | 503, message: string, options?: { cause?: unknown }) {
    super('credentials', message, options)
    this.status = status
  }
}

/** The headers of all of them, the later ones before the earlier. */
export function together(sources: readonly CredentialSource[]): CredentialSource {
  return {
    async headersFor(caller) {
      const found = await Promise.all(sources.map((source) => source.headersFor(caller)))
      return found.reduce<Headers>(over, {})
    },
    rejected: (caller) => {
      for (const source of sources) source.rejected(caller)
    },
  }
}

/** One set of headers over another; names are the same in any case. */
export function over(below: Headers, above: Headers): Headers {
  const named = new Set(Object.keys(above).map((name) => name.toLowerCase()))
  const kept = Object.entries(below).filter(([name]) => !named.has(name.toLowerCase()))
  return { ...Object.fromEntries(kept), ...above }
}
