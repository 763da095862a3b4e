import { describe, expect, it } from 'vitest'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { PolicyEngine, PolicyRequest } from '../../src/domain/policy.ts'

/** Rules that every engine can say in its own language; an implementation's test writes each of them down. */
export type ContractRule =
  | 'all is allowed'
  | 'tools that only read'
  | 'only read_text_file of the server filesystem'
  | 'all but paths under /etc'
  | 'at most a limit of 10, where one is given'
  | 'the group admins'
  | 'two calls in a session'
  | 'a deny rule that needs an argument "path" without asking whether there is one'

/** A call of `filesystem/write_file` by nobody we know, first in its session. */
export const plainRequest: PolicyRequest = {
  action: 'call_tool',
  resource: 'filesystem/write_file',
  annotations: {},
  arguments: {},
  identity: unknownIdentity,
  chain: { session: 'session-1', calls: {}, callCount: 0 },
}

export function describePolicyEngineContract(
  name: string,
  create: (rule: ContractRule) => Promise<PolicyEngine>,
): void {
  const decide = async (rule: ContractRule, request: Partial<PolicyRequest> = {}) =>
    await (await create(rule)).decide({ ...plainRequest, ...request })
  const effect = async (rule: ContractRule, request: Partial<PolicyRequest>) =>
    (await decide(rule, request)).effect

  describe(`${name} keeps the contract of a policy engine`, () => {
    it('names the policies that allowed, without errors, with a reason', async () => {
      const decision = await decide('all is allowed')
      expect(decision.effect).toBe('allow')
      expect(decision.policies).toHaveLength(1)
      expect(decision.errors).toEqual([])
      expect(decision.reason).toContain(decision.policies[0])
    })

    it('identifies its rules by a hash that changes with them', async () => {
      const [one, again, other] = await Promise.all([
        create('all is allowed'),
        create('all is allowed'),
        create('the group admins'),
      ])
      expect(one?.policySetHash).toMatch(/^[0-9a-f]{64}$/)
      expect(again?.policySetHash).toBe(one?.policySetHash)
      expect(other?.policySetHash).not.toBe(one?.policySetHash)
    })

    it('sees the annotations of a tool, and does not take a missing one for true', async () => {
      const rule = 'tools that only read'
      expect(await effect(rule, { annotations: { readOnlyHint: true } })).toBe('allow')
      expect(await effect(rule, { annotations: { readOnlyHint: false } })).toBe('deny')
      expect(await effect(rule, { annotations: {} })).toBe('deny')
    })

    it('tells tools of one name apart by their server, and denies a tool that no rule knows', async () => {
      const rule = 'only read_text_file of the server filesystem'
      expect(await effect(rule, { resource: 'filesystem/read_text_file' })).toBe('allow')
      expect(await effect(rule, { resource: 'elsewhere/read_text_file' })).toBe('deny')
      expect(await effect(rule, { resource: 'filesystem/never_heard_of' })).toBe('deny')
      expect(await effect(rule, { resource: 'read_text_file' })).toBe('deny')
    })

    it('sees arguments', async () => {
      const rule = 'all but paths under /etc'
      expect(await effect(rule, { arguments: { path: '/etc/passwd' } })).toBe('deny')
      expect(await effect(rule, { arguments: { path: '/srv/notes' } })).toBe('allow')
      expect(await effect(rule, { arguments: { other: '/etc' } })).toBe('allow')
    })

    it('compares numbers, whole or not, small or beyond its own range', async () => {
      const rule = 'at most a limit of 10, where one is given'
      for (const limit of [10, 9.99, 0, -3, -1e300, 1e-9])
        expect([limit, await effect(rule, { arguments: { limit } })]).toEqual([limit, 'allow'])
      for (const limit of [11, 10.01, 1e15, 1.5e19, 1e300])
        expect([limit, await effect(rule, { arguments: { limit } })]).toEqual([limit, 'deny'])
      expect(await effect(rule, {})).toBe('allow')
    })

    it('sees groups that were verified or configured, and believes no client about its own', async () => {
      const inGroup = (
        source: 'verified' | 'configured' | 'self-reported',
        groups = ['staff', 'admins'],
      ) => ({
        identity: {
          ...unknownIdentity,
          user: { value: 'ada', source: 'verified' as const },
          groups: { value: groups, source },
        },
      })
      expect(await effect('the group admins', inGroup('verified'))).toBe('allow')
      expect(await effect('the group admins', inGroup('configured'))).toBe('allow')
      expect(await effect('the group admins', inGroup('verified', ['staff']))).toBe('deny')
      expect(await effect('the group admins', inGroup('self-reported'))).toBe('deny')
      expect(await effect('the group admins', {})).toBe('deny')
    })

    it('sees the calls that were made before in the session', async () => {
      const having = (callCount: number) => ({
        chain: { session: 'session-1', calls: { 'filesystem/write_file': callCount }, callCount },
      })
      expect(await effect('two calls in a session', having(1))).toBe('allow')
      expect(await effect('two calls in a session', having(2))).toBe('deny')
    })

    it('denies when a rule fails, and says which rule and why', async () => {
      const rule = 'a deny rule that needs an argument "path" without asking whether there is one'
      expect(await effect(rule, { arguments: { path: '/srv/notes' } })).toBe('allow')
      const decision = await decide(rule)
      expect(decision.effect).toBe('deny')
      expect(decision.errors).toHaveLength(1)
      expect(decision.errors[0]).toContain('path')
      expect(decision.policies).toHaveLength(1)
    })

    it('decides about prompts and resources as well', async () => {
      expect(await effect('all is allowed', { action: 'get_prompt', resource: 'greeting' })).toBe('allow')
      expect(await effect('all is allowed', { action: 'read_resource', resource: 'file:///a?b#c' })).toBe(
        'allow',
      )
    })

    it('gives arguments of any shape and name a decision', async () => {
      const args = JSON.parse(
        '{"__proto__":1,"__entity":{"type":"x","id":"y"},"__extn":{"fn":"ip"},"":null,"a":[{}],"b":"\\ud800","é €":true}',
      )
      expect(await decide('all is allowed', { arguments: args })).toMatchObject({
        effect: 'allow',
        errors: [],
      })
    })
  })
}
