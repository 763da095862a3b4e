import { z } from 'zod'
import { describeError } from '../../../errors.ts'
import { CredentialError } from './credential-source.ts'

export interface TokenEndpoint {
  readonly url: string
  /** Sent as HTTP Basic with a secret, in the form without one (RFC 6749, 2.3.1). */
  readonly clientId?: string | undefined
  readonly clientSecret?: string | undefined
  /** What the token is wanted for, in the words that the issuer knows. */
  readonly audience?: string | undefined
  readonly resource?: string | undefined
  readonly scope?: string | undefined
}

export interface ExchangedToken {
  readonly accessToken: string
  readonly lifetimeMs: number
}

const timeoutMs = 10_000
/** Of a token that does not say how long it lives. */
const unsaidLifetimeSeconds = 60

const accessToken = 'urn:ietf:params:oauth:token-type:access_token'
const answered = z.looseObject({
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().default(unsaidLifetimeSeconds),
})
const refused = z.looseObject({ error: z.string().regex(/^[a-z_]{1,60}$/) })

/** Asks for a token once. Rejects with a `CredentialError`; no token and no secret is in its message. */
export async function exchangeToken(
  endpoint: TokenEndpoint,
  subject: string,
  server: string,
): Promise<ExchangedToken> {
  const { status, body } = await ask(endpoint, subject, server)
  const told = answered.safeParse(body)
  if (status === 200 && told.success)
    return { accessToken: told.data.access_token, lifetimeMs: told.data.expires_in * 1000 }
  const { host } = new URL(endpoint.url)
  const error = refused.safeParse(body).data?.error ?? `status ${status}`
  const message = `${host} gives no token for ${server}: ${error}`
  if (status >= 500 || status === 429) throw new CredentialError(503, message)
  // What is wrong with the caller's token, or with what it may have; anything else is about this gateway.
  const isAboutCaller = [
    'invalid_request',
    'invalid_grant',
    'invalid_target',
    'invalid_scope',
    'access_denied',
  ]
  throw new CredentialError(isAboutCaller.includes(error) ? 403 : 502, message)
}

async function ask(endpoint: TokenEndpoint, subject: string, server: string) {
  const { url, clientId, clientSecret, audience, resource, scope } = endpoint
  const isBasic = clientId !== undefined && clientSecret !== undefined
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subject,
    subject_token_type: accessToken,
    requested_token_type: accessToken,
    ...(audience !== undefined && { audience }),
    ...(resource !== undefined && { resource }),
    ...(scope !== undefined && { scope }),
    ...(clientId !== undefined && !isBasic && { client_id: clientId }),
  }
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        ...(isBasic && { authorization: basic(clientId, clientSecret) }),
      },
      body: new URLSearchParams(form),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, body: await response.json().catch(() => null) }
  } catch (error) {
    const { host } = new URL(url)
    throw new CredentialError(503, `${host} gives no token for ${server}: ${describeError(error)}`)
  }
}

/** Both are form-encoded before they are joined. */
function basic(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ '': text }).toString().slice(1)
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`
}
