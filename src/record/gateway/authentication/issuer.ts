import { z } from 'zod'
import { uncheckable } from './authenticator.ts'

const discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.url() })

/** Where an issuer keeps its keys, as it says itself (OpenID Connect Discovery 1.0). */
export async function keySetUri(issuer: string, timeoutMs: number): Promise<string> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
  if (response.status !== 200) throw uncheckable(`${address} answered with ${response.status}`)
  const found = discovery.safeParse(await response.json())
  if (!found.success) throw uncheckable(`${address} holds no "issuer" and "jwks_uri"`)
  const { issuer: named, jwks_uri: uri } = found.data
  if (named !== issuer) throw uncheckable(`${address} is of another issuer: write its name to the letter`)
  // Keys that come over an open line could be anybody's.
  if (new URL(uri).protocol !== new URL(issuer).protocol)
    throw uncheckable(`${address} names keys at an address of another protocol`)
  return uri
}
