import type { CedarValueJson, EntityJson, EntityUidJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { Claim, Identity } from '../domain/identity.ts'
import type { Json, JsonObject } from '../domain/json.ts'
import type { PolicyRequest } from '../domain/policy.ts'
import { serverOf } from '../domain/tool.ts'

type CedarRecord = Record<string, CedarValueJson>

export interface CedarRequest {
  readonly principal: EntityUidJson
  readonly action: EntityUidJson
  readonly resource: EntityUidJson
  readonly context: CedarRecord
  readonly entities: EntityJson[]
}

/** What a ToolHive config may say about how claims become groups; its defaults where there is none. */
export interface GroupOptions {
  readonly entityType: string
  /** Claims whose values are the principal's groups; the first one present counts. */
  readonly groupClaims: readonly string[]
  /** A claim whose values are groups as well. */
  readonly roleClaim: string | null
}

export const defaultGroups: GroupOptions = {
  entityType: 'THVGroup',
  groupClaims: ['groups', 'roles', 'cognito:groups'],
  roleClaim: null,
}

const resources = {
  call_tool: { type: 'Tool', operation: 'call', feature: 'tool' },
  get_prompt: { type: 'Prompt', operation: 'get', feature: 'prompt' },
  read_resource: { type: 'Resource', operation: 'read', feature: 'resource' },
} as const

/**
 * A policy request in the names that ToolHive gives to Cedar, so that its users' policies evaluate unchanged, and
 * `context.chain` of our own. A tool is `Tool::"write_file"` in `MCP::"filesystem"`.
 */
export function cedarRequest(request: PolicyRequest, groups: GroupOptions): CedarRequest {
  const { type, operation, feature } = resources[request.action]
  const isTool = request.action === 'call_tool'
  const server = isTool ? serverOf(request.resource) : null
  const name = wellFormed(server === null ? request.resource : request.resource.slice(server.length + 1))
  const claims = claimsOf(request.identity)
  const claimAttributes = prefixed('claim_', claims)
  const argumentAttributes = attributesOf(request.arguments)
  const principal = { type: 'Client', id: typeof claims.sub === 'string' ? claims.sub : 'anonymous' }
  const resource = { type, id: name }
  const attrs: CedarRecord = {
    ...argumentAttributes,
    ...(isTool ? hintsOf(request) : {}),
    name,
    operation,
    feature,
  }
  if (request.action === 'read_resource') attrs.uri = name
  return {
    principal,
    action: { type: 'Action', id: request.action },
    resource,
    context: { ...claimAttributes, ...argumentAttributes, chain: chainOf(request) },
    entities: [
      { uid: principal, attrs: claimAttributes, parents: groupsOf(claims, groups) },
      { uid: resource, attrs, parents: server === null ? [] : [{ type: 'MCP', id: server }] },
    ],
  }
}

/** Only what we checked or the operator wrote counts: a client that names its own user or groups is not believed. */
function claimsOf(identity: Identity): Record<string, string | string[]> {
  const claims: Record<string, string | string[]> = {}
  const add = (name: string, claim: Claim<string | readonly string[]> | null) => {
    if (claim === null || claim.source === 'self-reported') return
    claims[name] = typeof claim.value === 'string' ? claim.value : [...claim.value]
  }
  add('sub', identity.user)
  add('groups', identity.groups)
  add('role', identity.role)
  add('env', identity.env)
  add('client', identity.client)
  add('agent', identity.agent)
  if (identity.permissions.scopes !== null) claims.scope = identity.permissions.scopes.join(' ')
  return claims
}

function groupsOf(claims: Record<string, string | string[]>, groups: GroupOptions): EntityUidJson[] {
  const named = groups.groupClaims.map((name) => claims[name]).find(Array.isArray) ?? []
  const roles = groups.roleClaim === null ? [] : [claims[groups.roleClaim] ?? []].flat()
  return [...new Set([...named, ...roles])].map((id) => ({ type: groups.entityType, id }))
}

/** Scalars by value, anything else by its presence alone; the marks of presence win over an argument of that name. */
function attributesOf(args: JsonObject): CedarRecord {
  const entries = Object.entries(args)
  const scalars = entries.flatMap(([name, value]) => {
    const scalar = scalarOf(value)
    return scalar === null ? [] : [[name, scalar] as const]
  })
  const present = entries.flatMap(([name, value]) =>
    scalarOf(value) === null ? [[`${name}_present`, true] as const] : [],
  )
  return prefixed('arg_', Object.fromEntries([...scalars, ...present]))
}

function scalarOf(value: Json): CedarValueJson | null {
  if (typeof value === 'number') return { __extn: { fn: 'decimal', arg: decimal(value) } }
  if (typeof value === 'string') return wellFormed(value)
  return typeof value === 'boolean' ? value : null
}

/**
 * Cedar's decimal has four digits after the point and 64 bits. A number beyond it becomes the largest there is, so that a
 * rule such as "not over 1000" still holds; leaving it out would let it pass.
 */
function decimal(value: number): string {
  const limit = '922337203685477.5807'
  if (Math.abs(value) >= Number(limit)) return value < 0 ? `-${limit}` : limit
  return value.toFixed(4)
}

function hintsOf({ annotations }: PolicyRequest): CedarRecord {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations
  const hints = { readOnlyHint, destructiveHint, idempotentHint, openWorldHint }
  return Object.fromEntries(
    Object.entries(hints).filter((hint): hint is [string, boolean] => typeof hint[1] === 'boolean'),
  )
}

function chainOf({ chain }: PolicyRequest): CedarRecord {
  return {
    session: chain.session,
    callCount: chain.callCount,
    calls: { ...chain.calls },
    tools: Object.keys(chain.calls),
  }
}

function prefixed(prefix: string, values: CedarRecord): CedarRecord {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + wellFormed(name), value]))
}

/** Half a surrogate pair is legal in JSON and not in Cedar. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd')
}
