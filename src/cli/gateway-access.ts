import type { GatewayDefinition } from '../config/gateway-config.ts'
import { homeCredential } from '../domain/identity.ts'
import type { ServerDefinition } from '../domain/suite.ts'
import { UsageError } from '../errors.ts'
import type { Home } from '../journal/home.ts'
import { readTokenFile, type TokenFile } from '../journal/token-file.ts'
import type { AdmissionOptions } from '../record/gateway/admission.ts'
import { firstOf } from '../record/gateway/authentication/authenticator.ts'
import { oidcTokens } from '../record/gateway/authentication/oidc-tokens.ts'
import { digestOf, newToken, staticTokens } from '../record/gateway/authentication/static-tokens.ts'
import { configuredCredentials } from '../record/gateway/credentials/configured-credentials.ts'
import { type CredentialSource, together } from '../record/gateway/credentials/credential-source.ts'
import { tokenExchange } from '../record/gateway/credentials/token-exchange.ts'
import type { Reachability } from '../record/gateway/refusal.ts'

type RemoteServer = Extract<ServerDefinition, { readonly transport: 'http' }>

export const loopback = '127.0.0.1'

/** Who may come: those with a token, where there are tokens. Without any, nobody but this machine reaches the gateway. */
export function authenticatorOf({ tokens, oidc }: GatewayDefinition, host: string) {
  const kinds = [...(tokens.length > 0 ? [staticTokens(tokens)] : []), ...(oidc ? [oidcTokens(oidc)] : [])]
  if (kinds.length > 0) return firstOf(kinds)
  if (isLoopback(host)) return null
  const message = `${host} is not loopback, and no caller of this gateway has a token`
  const hint =
    'calltrail gateway --new-token NAME makes one; gateway.oidc in calltrail.yaml takes those of an issuer'
  throw new UsageError([{ message, hint }])
}

export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(host)
}

/** The address that the gateway listens on is one of its names, but for those that mean all of them. */
export function reachability({ hosts, origins, url }: GatewayDefinition, host: string): Reachability {
  const own = ['0.0.0.0', '::'].includes(host) ? [] : [host.includes(':') ? `[${host}]` : host]
  return { hosts: [...hosts, ...own, ...(url === undefined ? [] : [new URL(url).hostname])], origins }
}

/** What is shown to each server on a caller's behalf; nothing to those that are not named here. */
export function credentialsOf(
  { credentials, exchange }: GatewayDefinition,
  servers: readonly RemoteServer[],
): Readonly<Record<string, CredentialSource>> {
  const found = servers.flatMap(({ name, headers: shared }) => {
    const own = credentials[name] ?? {}
    const endpoint = exchange[name]
    const isConfigured = Object.keys(shared).length + Object.keys(own).length > 0
    const sources = [
      ...(isConfigured ? [configuredCredentials({ server: name, shared, own })] : []),
      ...(endpoint ? [tokenExchange(name, endpoint)] : []),
    ]
    return sources.length > 0 ? [[name, together(sources)] as const] : []
  })
  return Object.fromEntries(found)
}

/**
 * Every caller needs a token where tokens are configured. Where none are, and servers are shown credentials, those who
 * reach these show that they can read a file of this home.
 */
export function admissionOf(
  authenticator: AdmissionOptions['authenticator'],
  isGuarding: boolean,
  home: Home,
): Pick<AdmissionOptions, 'authenticator' | 'isRequired'> & { readonly own: TokenFile | null } {
  if (authenticator) return { authenticator, isRequired: true, own: null }
  if (!isGuarding) return { authenticator: null, isRequired: false, own: null }
  const own = readTokenFile(home, 'gateway-token', () => newToken().token)
  const sha256 = digestOf(own.token).toString('hex')
  return { authenticator: staticTokens([{ id: homeCredential, sha256 }]), isRequired: false, own }
}
