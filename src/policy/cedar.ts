import type { AuthorizationAnswer, EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { PolicyDecision, PolicyEngine, PolicyRequest } from '../domain/policy.ts'
import { describeError, UsageError } from '../errors.ts'
import { checkPolicies } from './cedar-check.ts'
import { type CedarRequest, cedarRequest } from './cedar-request.ts'
import type { CedarSet } from './cedar-set.ts'

/**
 * One Cedar policy set, checked and parsed once; thousands of decisions a CPU second. Cedar's semantics with one exception:
 * it skips a policy that fails, even a `forbid`, so that any error, of a policy or of the engine, is a deny here.
 * Rejects with a `UsageError` that names file, line and column.
 */
export async function cedarEngine(set: CedarSet): Promise<PolicyEngine> {
  const cedar = await import('@cedar-policy/cedar-wasm/nodejs')
  const { policies, problems } = checkPolicies(cedar, set)
  if (problems.length > 0) throw new UsageError(problems)
  // Cedar keeps parsed sets by id for the life of the process: the same policies are kept once.
  const preparsedPolicySetId = JSON.stringify(policies)
  const parsed = cedar.preparsePolicySet(preparsedPolicySetId, { staticPolicies: policies })
  if (parsed.type === 'failure') throw new UsageError(parsed.errors.map(({ message }) => ({ message })))
  return {
    name: 'cedar',
    policySetHash: set.policySetHash,
    async decide(request) {
      try {
        const call = withEntities(cedarRequest(request, set.groups), set.entities)
        return decisionOf(cedar.statefulIsAuthorized({ ...call, preparsedPolicySetId }), request)
      } catch (error) {
        return failed([], [describeError(error)])
      }
    },
  }
}

function withEntities(request: CedarRequest, more: readonly EntityJson[]): CedarRequest {
  const own = new Set(request.entities.map((entity) => keyOf(entity)))
  return { ...request, entities: [...request.entities, ...more.filter((entity) => !own.has(keyOf(entity)))] }
}

function keyOf({ uid }: EntityJson): string {
  const { type, id } = '__entity' in uid ? uid.__entity : uid
  return JSON.stringify([type, id])
}

function decisionOf(answer: AuthorizationAnswer, request: PolicyRequest): PolicyDecision {
  if (answer.type === 'failure')
    return failed(
      [],
      answer.errors.map(({ message }) => message),
    )
  const { decision, diagnostics } = answer.response
  const policies = diagnostics.reason
  const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`)
  if (errors.length > 0) {
    const broken = diagnostics.errors.map(({ policyId }) => policyId)
    return failed(decision === 'deny' ? [...policies, ...broken] : broken, errors)
  }
  return { effect: decision, policies, errors, reason: reasonOf(decision, policies, request) }
}

function failed(policies: readonly string[], errors: readonly string[]): PolicyDecision {
  return { effect: 'deny', policies, errors, reason: `denied because a policy failed: ${errors.join('; ')}` }
}

const verbs = { call_tool: 'calling', get_prompt: 'getting the prompt', read_resource: 'reading' } as const

function reasonOf(effect: 'allow' | 'deny', policies: readonly string[], request: PolicyRequest): string {
  if (effect === 'allow') return `permitted by ${policies.join(', ')}`
  if (policies.length > 0) return `forbidden by ${policies.join(', ')}`
  return `no policy permits ${verbs[request.action]} ${request.resource}`
}
