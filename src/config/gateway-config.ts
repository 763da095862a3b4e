import { z } from 'zod'
import { homeCredential } from '../domain/identity.ts'
import { type Problem, UsageError } from '../errors.ts'
import { createExpander, type Variables } from './expand-variables.ts'
import type { DocumentPath, LocatedDocument } from './located-document.ts'
import { formatPath, suggest } from './validate.ts'

const text = z.string().min(1)
const texts = z.array(text)
const isLoopback = (name: string) => /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(name)

/** Tokens and keys travel there. */
const secure = text.refine(
  (value) => {
    if (!URL.canParse(value)) return false
    const { protocol, hostname } = new URL(value)
    return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
  },
  { error: 'expected an https address, or http on loopback' },
)

/** What stands there instead may be the token itself, and is in no message. */
const digest = text.refine((value) => /^[0-9a-f]{64}$/.test(value), {
  error: 'expected the SHA-256 of the token, 64 hex digits: see --new-token',
})

const webOrigin = text.refine((value) => URL.canParse(value) && new URL(value).origin === value, {
  error: 'expected an origin as browsers send it: https://app.example',
})

const token = z.strictObject({
  id: text.refine((id) => id !== homeCredential, {
    error: `${homeCredential} is the home's own token: give it another id`,
  }),
  sha256: digest,
  user: text.optional(),
  groups: texts.optional(),
  role: text.optional(),
  env: text.optional(),
  scopes: texts.optional(),
})

const oidc = z.strictObject({
  issuer: secure,
  audience: z.union([text, texts.min(1)]),
  jwksUri: secure.optional(),
  userClaim: text.optional(),
  groupsClaim: text.optional(),
  roleClaim: text.optional(),
})

const exchange = z.strictObject({
  url: secure,
  clientId: text.optional(),
  clientSecret: text.optional(),
  audience: text.optional(),
  resource: text.optional(),
  scope: text.optional(),
})

const ownHeaders = z.strictObject({ headers: z.record(z.string(), z.string()) })

/** The section `gateway` of calltrail.yaml. */
export const gatewaySchema = z.strictObject({
  host: text.optional(),
  port: z.int().min(0).max(65_535).optional(),
  url: z.url({ protocol: /^https?$/, error: 'expected an http or https address' }).optional(),
  hosts: texts.default([]),
  origins: z.array(webOrigin).default([]),
  /** What `/mcp` shows: a toolset of calltrail.yaml, as one of its exposures. */
  toolset: text.optional(),
  exposure: text.optional(),
  tokens: z.array(token).default([]),
  oidc: oidc.optional(),
  credentials: z.record(z.string(), z.record(z.string(), ownHeaders)).default({}),
  exchange: z.record(z.string(), exchange).default({}),
})

type Written = z.output<typeof gatewaySchema>

/** Not yet looked at more closely: what a command does not use cannot stop it. */
export interface GatewayEntries {
  /** Null without a calltrail.yaml. */
  readonly document: LocatedDocument | null
  readonly written: Written
}

export const noGateway: GatewayEntries = { document: null, written: gatewaySchema.parse({}) }

export type GatewayDefinition = Omit<Written, 'credentials' | 'oidc'> & {
  readonly oidc: NonNullable<Written['oidc']> | null
  /** Headers by server, then by user or `group:NAME`. */
  readonly credentials: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>
}

/**
 * The gateway as it is configured before these servers, variables expanded. Throws a `UsageError` with all that does not
 * fit together; values of variables are in no message.
 */
export function defineGateway(
  { document, written }: GatewayEntries,
  servers: readonly string[],
  variables: Variables,
): GatewayDefinition {
  const plain = { ...written, oidc: written.oidc ?? null }
  if (!document) return { ...plain, credentials: {} }
  const problems = [...unknownServers(written, servers), ...unprovable(written), ...twins(written)]
  if (problems.length > 0)
    throw new UsageError(
      problems.map(({ path, ...problem }) => ({ ...problem, location: document.locateKey(path) })),
    )
  const expand = createExpander(document, variables)
  const credentials = mapValues(written.credentials, (byName, server) =>
    mapValues(byName, ({ headers }, name) =>
      expand.record(headers, ['gateway', 'credentials', server, name, 'headers']),
    ),
  )
  const exchanged = mapValues(written.exchange, ({ clientSecret, ...rest }, server) => ({
    ...rest,
    ...(clientSecret !== undefined && {
      clientSecret: expand.text(clientSecret, ['gateway', 'exchange', server, 'clientSecret']),
    }),
  }))
  expand.finish()
  return { ...plain, credentials, exchange: exchanged }
}

type Found = Omit<Problem, 'location'> & { readonly path: DocumentPath }

function unknownServers(written: Written, servers: readonly string[]): readonly Found[] {
  return serverPaths(written).flatMap((path) => {
    const name = String(path.at(-1))
    if (servers.includes(name)) return []
    const message = `${formatPath(path.slice(0, -1))}: no server "${name}" over HTTP in mcpServers`
    return [{ path, message, hint: suggest(name, servers) }]
  })
}

/** Credentials of a user need somebody who says who the user is, an exchange a token that can be exchanged. */
function unprovable({ tokens, oidc, credentials, exchange, toolset, exposure }: Written): readonly Found[] {
  const noOne = !oidc && tokens.length === 0 && Object.keys(credentials).length > 0
  const noToken = !oidc && Object.keys(exchange).length > 0
  const noToolset = exposure !== undefined && toolset === undefined
  return [
    ...(noToolset
      ? [problem('exposure', 'there is no toolset that it could show', 'set gateway.toolset')]
      : []),
    ...(noOne
      ? [problem('credentials', 'nobody can say who a caller is', 'gateway.tokens or gateway.oidc does')]
      : []),
    ...(noToken
      ? [problem('exchange', 'there is no issuer whose tokens could be exchanged', 'set gateway.oidc')]
      : []),
  ]
}

/** Two tokens of one id could not be told apart in the record. */
function twins({ tokens }: Written): readonly Found[] {
  return tokens.flatMap(({ id }, index) => {
    const path = ['gateway', 'tokens', index, 'id']
    const isTwin = tokens.findIndex((each) => each.id === id) < index
    return isTwin ? [{ path, message: `${formatPath(path)}: the id "${id}" is taken` }] : []
  })
}

function problem(section: string, message: string, hint: string): Found {
  return { path: ['gateway', section], message: `gateway.${section}: ${message}`, hint }
}

function serverPaths({ credentials, exchange }: Written): readonly DocumentPath[] {
  return [
    ...Object.keys(credentials).map((name) => ['gateway', 'credentials', name]),
    ...Object.keys(exchange).map((name) => ['gateway', 'exchange', name]),
  ]
}

function mapValues<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]))
}
