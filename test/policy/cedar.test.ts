import { describe, expect, it } from 'vitest'
import { unknownIdentity } from '../../src/domain/identity.ts'
import { type ContractRule, describePolicyEngineContract, plainRequest } from '../contracts/policy-engine.ts'
import { cedar, engineOf } from './policy-files.ts'

const all = 'permit(principal, action, resource);'

const rules: Readonly<Record<ContractRule, string>> = {
  'all is allowed': all,
  'tools that only read':
    'permit(principal, action, resource) when { resource has readOnlyHint && resource.readOnlyHint };',
  'only read_text_file of the server filesystem':
    'permit(principal, action, resource == Tool::"read_text_file") when { resource in MCP::"filesystem" };',
  'all but paths under /etc': `${all} forbid(principal, action, resource) when { context has arg_path && context.arg_path like "/etc*" };`,
  'at most a limit of 10, where one is given': `${all} forbid(principal, action, resource) when { context has arg_limit && context.arg_limit.greaterThan(decimal("10.0")) };`,
  'the group admins': 'permit(principal in THVGroup::"admins", action, resource);',
  'two calls in a session': `${all} forbid(principal, action, resource) when { context.chain.callCount >= 2 };`,
  'a deny rule that needs an argument "path" without asking whether there is one': `${all} forbid(principal, action, resource) when { context.arg_path like "/etc*" };`,
}

describePolicyEngineContract('cedar', (rule) => cedar(rules[rule]))

describePolicyEngineContract('a ToolHive config', (rule) =>
  engineOf({
    'authz.json': JSON.stringify({
      version: '1.0',
      type: 'cedarv1',
      cedar: { policies: rules[rule].split(/(?<=;) /), entities_json: '[]' },
    }),
  }),
)

const allows = async (text: string, request = {}) =>
  (await (await cedar(text)).decide({ ...plainRequest, ...request })).effect

describe('cedar, in the names of ToolHive', () => {
  it('denies what no policy permits: a set of forbid rules alone allows nothing', async () => {
    const engine = await cedar('forbid(principal, action, resource == Tool::"rm");')
    expect(await engine.decide(plainRequest)).toEqual({
      effect: 'deny',
      policies: [],
      errors: [],
      reason: 'no policy permits calling filesystem/write_file',
    })
  })

  it('lets a forbid of one file meet the permit of another', async () => {
    const engine = await engineOf({
      'base.cedar': all,
      'no-writes.cedar': '@id("no-writes") forbid(principal, action, resource == Tool::"write_file");',
    })
    expect((await engine.decide({ ...plainRequest, resource: 'filesystem/read_file' })).policies).toEqual([
      'base.cedar#1',
    ])
    expect(await engine.decide(plainRequest)).toMatchObject({
      effect: 'deny',
      policies: ['no-writes'],
      reason: 'forbidden by no-writes',
    })
  })

  it('names policies by @id, else by file and number in the order of the file', async () => {
    const many = Array.from(
      { length: 12 },
      (_, i) => `permit(principal, action, resource == Tool::"t${i + 1}");`,
    )
    const engine = await cedar(many.join('\n'))
    for (const number of [2, 10, 12])
      expect((await engine.decide({ ...plainRequest, resource: `s/t${number}` })).policies).toEqual([
        `rules.cedar#${number}`,
      ])
  })

  it('has the user as Client, with claims, and anonymous where nobody trustworthy named one', async () => {
    const ada = (source: 'verified' | 'self-reported') => ({
      identity: {
        ...unknownIdentity,
        user: { value: 'ada', source },
        role: { value: 'sre', source },
        permissions: { ...unknownIdentity.permissions, scopes: ['files:read', 'mail'] },
      },
    })
    const text = `permit(principal == Client::"ada", action, resource)
      when { principal.claim_sub == "ada" && context.claim_role == "sre" && context.claim_scope like "*files:read*" };`
    expect(await allows(text, ada('verified'))).toBe('allow')
    expect(await allows(text, ada('self-reported'))).toBe('deny')
    expect(await allows('permit(principal == Client::"anonymous", action, resource);')).toBe('allow')
  })

  it('has arguments on resource and context, objects, arrays and null by their presence alone', async () => {
    const text = `permit(principal, action, resource) when {
      resource.arg_text == "x" && context.arg_flag && context.arg_list_present && context.arg_object_present &&
      context has arg_none_present && !(context has arg_list) && !(context has arg_text_present) };`
    const args = { text: 'x', flag: true, list: [1], object: { a: 1 }, none: null }
    expect(await allows(text, { arguments: args })).toBe('allow')
    expect(await allows(text, { arguments: { ...args, list: 'now a string' } })).toBe('deny')
  })

  it('lets no argument of that name take the place of the mark of presence', async () => {
    const text =
      'permit(principal, action, resource) when { context has arg_x_present && context.arg_x_present };'
    expect(await allows(text, { arguments: { x_present: false, x: {} } })).toBe('allow')
  })

  it('has name, operation and feature, which no argument or annotation replaces', async () => {
    const text =
      'permit(principal, action, resource) when { resource.name == "write_file" && resource.operation == "call" && resource.feature == "tool" };'
    expect(await allows(text, { arguments: { name: 'a' }, annotations: { title: 'name' } })).toBe('allow')
  })

  it('has a resource by its URI to the letter, and a prompt by its name', async () => {
    const uri = 'file:///srv/a b?c=d#e'
    const read = { action: 'read_resource', resource: uri }
    expect(
      await allows(
        `permit(principal, action == Action::"read_resource", resource == Resource::"${uri}") when { resource.uri == "${uri}" };`,
        read,
      ),
    ).toBe('allow')
    expect(
      await allows('permit(principal, action, resource == Prompt::"greet/x");', {
        action: 'get_prompt',
        resource: 'greet/x',
      }),
    ).toBe('allow')
  })

  it('knows which tools the session called, and how often', async () => {
    const chain = { session: 's-9', calls: { 'web/fetch': 2 }, callCount: 2 }
    const text = `permit(principal, action, resource) when {
      context.chain.session == "s-9" && context.chain.tools.contains("web/fetch") &&
      context.chain.calls has "web/fetch" && context.chain.calls["web/fetch"] == 2 };`
    expect(await allows(text, { chain })).toBe('allow')
    expect(await allows(text)).toBe('deny')
  })

  it('denies where a permit holds and a forbid fails, which Cedar itself would allow', async () => {
    const engine = await cedar(
      `@id("all") ${all} @id("broken") forbid(principal, action, resource) when { context.arg_a };`,
    )
    expect(await engine.decide({ ...plainRequest, arguments: { a: 'text' } })).toMatchObject({
      effect: 'deny',
      policies: ['broken'],
      reason: expect.stringContaining('denied because a policy failed: broken: '),
    })
  })

  it('denies where Cedar refuses the request altogether', async () => {
    const engine = await cedar(all)
    const chain = { session: 's', calls: { __extn: 1 }, callCount: 1.5 }
    expect(await engine.decide({ ...plainRequest, chain })).toMatchObject({
      effect: 'deny',
      policies: [],
      errors: [expect.any(String)],
    })
  })

  it('keeps its rules when another set is loaded', async () => {
    const first = await cedar(all)
    const second = await cedar('forbid(principal, action, resource);')
    expect((await first.decide(plainRequest)).effect).toBe('allow')
    expect((await second.decide(plainRequest)).effect).toBe('deny')
  })
})

describe('a ToolHive config', () => {
  it('maps claims to groups as it says, and brings entities of its own', async () => {
    const engine = await engineOf({
      'authz.yaml': `
version: "1.0"
type: cedarv1
cedar:
  group_entity_type: Team
  role_claim_name: role
  policies:
    - permit(principal in Company::"acme", action, resource);
    - permit(principal in Team::"on-call", action, resource);
  entities_json: |
    [{"uid": {"type": "Team", "id": "core"}, "attrs": {}, "parents": [{"type": "Company", "id": "acme"}]},
     {"uid": {"type": "Client", "id": "ada"}, "attrs": {}, "parents": []}]
`,
    })
    const as = (groups: string[], role: string) =>
      engine.decide({
        ...plainRequest,
        identity: {
          ...unknownIdentity,
          user: { value: 'ada', source: 'verified' },
          groups: { value: groups, source: 'verified' },
          role: { value: role, source: 'verified' },
        },
      })
    expect((await as(['core'], 'dev')).policies).toEqual(['authz.yaml#1'])
    expect((await as([], 'on-call')).policies).toEqual(['authz.yaml#2'])
    expect((await as(['other'], 'dev')).effect).toBe('deny')
  })

  it('is a set of its own beside Cedar files: each must allow, and a deny overrides', async () => {
    const engine = await engineOf({
      'authz.json': JSON.stringify({ type: 'cedarv1', cedar: { policies: [all] } }),
      'reads.cedar': '@id("reads") permit(principal, action, resource == Tool::"read_file");',
    })
    expect(await engine.decide({ ...plainRequest, resource: 'filesystem/read_file' })).toMatchObject({
      effect: 'allow',
      policies: ['reads', 'authz.json#1'],
    })
    expect((await engine.decide(plainRequest)).effect).toBe('deny')
    expect(engine.name).toBe('cedar')
  })
})
