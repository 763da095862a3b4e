import type { PolicyDecision, PolicyEngine } from '../domain/policy.ts'

/** Asks every engine: all must allow. What denied is named, else all that allowed. */
export function denyOverrides(engines: readonly PolicyEngine[], policySetHash: string): PolicyEngine {
  return {
    name: [...new Set(engines.map((engine) => engine.name))].join('+'),
    policySetHash,
    async decide(request) {
      const decisions = await Promise.all(engines.map((engine) => engine.decide(request)))
      const denials = decisions.filter((decision) => decision.effect === 'deny')
      return denials.length > 0 ? join('deny', denials) : join('allow', decisions)
    },
  }
}

function join(effect: PolicyDecision['effect'], decisions: readonly PolicyDecision[]): PolicyDecision {
  return {
    effect,
    policies: decisions.flatMap((decision) => decision.policies),
    errors: decisions.flatMap((decision) => decision.errors),
    reason: decisions.map((decision) => decision.reason).join('; '),
  }
}
