import type { Identity } from './identity.ts'
import type { JsonObject } from './json.ts'
import type { ToolAnnotations } from './tool.ts'

/** What is known of the chain when a decision is made; a decision stores its inputs, so that a back-test can replay it. */
export interface ChainContext {
  readonly session: string
  /** Calls made before this one, by tool name. */
  readonly calls: Readonly<Record<string, number>>
  readonly callCount: number
}

export interface PolicyRequest {
  readonly action: 'call_tool' | 'get_prompt' | 'read_resource'
  /** `server/tool`, or the prompt's name or the resource's URI. */
  readonly resource: string
  readonly annotations: ToolAnnotations
  readonly arguments: JsonObject
  readonly identity: Identity
  readonly chain: ChainContext
}

export interface PolicyDecision {
  readonly effect: 'allow' | 'deny'
  /** The ids of the policies that decided, in the engine's order. */
  readonly policies: readonly string[]
  /** Any error is a deny: an engine that fails open is not asked twice. */
  readonly errors: readonly string[]
  readonly reason: string
}

export interface PolicyEngine {
  readonly name: string
  /** SHA-256 over the policy texts, in hex: which rules were in force. */
  readonly policySetHash: string
  decide(request: PolicyRequest): Promise<PolicyDecision>
}
