import type { Caller } from '../caller.ts'
import type { CredentialSource } from './credential-source.ts'

/** Fetches with what `current` shows to a server, asked anew for each request. Rejects with a `CredentialError`. */
export function fetchAs(source: CredentialSource, current: () => Caller) {
  return async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    const caller = current()
    const headers = new Headers(init.headers)
    for (const [name, value] of Object.entries(await source.headersFor(caller))) headers.set(name, value)
    const response = await fetch(url, { ...init, headers })
    if (response.status === 401) source.rejected(caller)
    return response
  }
}
