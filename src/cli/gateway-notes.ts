import type { GatewayDefinition } from '../config/gateway-config.ts'
import type { TokenFile } from '../journal/token-file.ts'

export interface Serving {
  /** The address that it is bound to. */
  readonly base: string
  readonly servers: readonly string[]
  /** The token of the home, where it is one that opens. */
  readonly own: TokenFile | null
  readonly isRequired: boolean
  /** What nobody reaches without a token. */
  readonly doors: readonly string[]
  readonly isRemote: boolean
}

/** What people need to know to use the gateway, a line each. */
export function gatewayNotes(definition: GatewayDefinition, serving: Serving): readonly string[] {
  const base = definition.url?.replace(/\/$/, '') ?? serving.base
  const { toolset, exposure = 'full' } = definition
  return [
    ...addresses(base, serving.servers),
    ...(toolset === undefined ? [] : [`  ${base}/mcp   ${toolset} as ${exposure}`]),
    ...tokenNotes(serving),
    ...(serving.isRemote ? remoteNotes(definition) : []),
  ]
}

function tokenNotes({ own, isRequired, doors }: Serving): readonly string[] {
  if (own) return [`${doors.join(', ')}: send the token that ${own.path} holds, Authorization: Bearer …`]
  if (!isRequired) return []
  return [
    'every caller sends a token of calltrail.yaml: Authorization: Bearer … to /mcp, x-calltrail-token elsewhere',
  ]
}

function remoteNotes({ url, hosts }: GatewayDefinition): readonly string[] {
  if (url !== undefined) return []
  const tls = 'tokens pass unencrypted: put TLS in front, and its address in gateway.url'
  const named = 'nobody but this machine is answered: name in gateway.hosts what clients call it'
  return hosts.length > 0 ? [tls] : [tls, named]
}

function addresses(base: string, servers: readonly string[]): readonly string[] {
  const lines = [
    `OPENAI_BASE_URL=${base}/openai/v1`,
    `ANTHROPIC_BASE_URL=${base}/anthropic`,
    `GOOGLE_GEMINI_BASE_URL=${base}/gemini`,
  ]
  return [...lines, ...servers.map((name) => `${base}/mcp/${encodeURIComponent(name)}`)].map(
    (line) => `  ${line}`,
  )
}
