import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadPolicySet } from '../../src/policy/engines.ts'
import { plainRequest } from '../contracts/policy-engine.ts'
import { cedar, policyFiles, problemsOf } from './policy-files.ts'

const problemsIn = (text: string) => problemsOf({ 'rules.cedar': text })

describe('loading policies', () => {
  it('has no engine for no files', async () => {
    expect(await loadPolicySet([])).toBeNull()
  })

  it('reads a file that is named twice once', async () => {
    const [file = ''] = await policyFiles({ 'a.cedar': '@id("all") permit(principal, action, resource);' })
    expect(await loadPolicySet([file, file])).not.toBeNull()
  })

  it('says where the syntax breaks and what was expected, in lines and columns, past letters of several bytes', async () => {
    expect(
      await problemsIn(
        '// čtení a zápis\npermit(principal, action, resource);\n\n  forbid(principal, action resource);',
      ),
    ).toEqual([
      'rules.cedar:4:28 unexpected token `resource`: expected `!=`, `)`, `,`, `:`, `<`, `<=`, `==`, `>`, `>=`, `in`, or `is`',
    ])
  })

  it('finds unknown attributes, also where only `has` asks for them, and names the nearest', async () => {
    const when = (condition: string) =>
      problemsIn(`// one\npermit(principal, action, resource)\nwhen { ${condition} };`)
    expect(await when('resource.readonlyHint')).toEqual([
      'rules.cedar:3:8 attribute `readonlyHint` of the resource not found (did you mean `readOnlyHint`?)',
    ])
    expect(await when('resource has readonlyHint')).toEqual([
      'rules.cedar:3:17 resource never has the attribute "readonlyHint" (Did you mean readOnlyHint?)',
    ])
    expect(await when('context.chain has callCont && context.chain.callCont > 1')).toEqual([
      'rules.cedar:3:22 context never has the attribute "callCont" (Did you mean callCount?)',
    ])
    expect(await when('context.chain.callCont > 1')).toHaveLength(1)
    expect(await when('context.path like "*"')).toHaveLength(1)
  })

  it('finds unknown actions and types', async () => {
    expect(await problemsIn('permit(principal, action == Action::"call_tols", resource);')).toEqual([
      'rules.cedar:1:29 unrecognized action `Action::"call_tols"` (did you mean `Action::"call_tool"`?)',
    ])
    expect(await problemsIn('permit(principal in Group::"a", action, resource);')).toHaveLength(1)
  })

  it('finds a whole number compared with an argument, which would never hold', async () => {
    for (const condition of ['context.arg_n < 3', 'context.arg_n == 3', 'resource.arg_n + 1 > 2'])
      expect(await problemsIn(`permit(principal, action, resource) when { ${condition} };`)).toEqual([
        expect.stringContaining('context.arg_n.lessThan(decimal("3.0"))'),
      ])
  })

  it('accepts arguments and claims of any name, guarded or not, as the type they are used as', async () => {
    const engine = await cedar(`permit(principal, action, resource) when {
      context.arg_a == "x" && context has arg_b && context.arg_b.lessThan(decimal("1.5")) &&
      ["p", "q"].contains(context.arg_c) && (if context.arg_d then true else false) &&
      principal.claim_groups.containsAny(["g"]) && context has arg_e_present };
      permit(principal, action, resource) when { ip(context.arg_host).isLoopback() };
      permit(principal, action == Action::"list_tools", resource);`)
    expect((await engine.decide(plainRequest)).effect).toBe('deny')
  })

  it('lists the problems of all files, ids used twice among them', async () => {
    expect(
      await problemsOf({
        'a.cedar':
          '@id("x") permit(principal, action, resource);\n@id("x") forbid(principal, action, resource);',
        'b.cedar': 'permit(',
        'c.yaml': 'type: cedarv1\ncedar:\n  policies: []\n',
      }),
    ).toEqual([
      'a.cedar:2:1 Two policies have the id "x" (The id names a policy in decisions.)',
      expect.stringMatching(/^b\.cedar:1:8 unexpected end of input/),
      'c.yaml:3:13 Expected "policies", a list of Cedar policies',
    ])
  })

  it('points into the block of a YAML file', async () => {
    const text =
      'type: cedarv1\ncedar:\n  policies:\n    - |\n      permit(principal,\n        action, resorce);\n'
    expect((await problemsOf({ 'authz.yaml': text }))[0]).toMatch(/^authz\.yaml:6:17 /)
  })

  it('says what it expected of a file that is no policy', async () => {
    const expected = '(Expected a .cedar file, or a YAML or JSON file with type: cedarv1 (ToolHive).)'
    expect(await problemsOf({ 'a.rego': '' })).toEqual([
      `a.rego:1:1 No policy engine reads ".rego" ${expected}`,
    ])
    expect(await problemsOf({ 'a.yaml': 'type: cedarv2' })).toEqual([
      `a.yaml:1:1 No policy engine reads "cedarv2"; did you mean "cedarv1"? ${expected}`,
    ])
    expect(await problemsOf({ 'a.yaml': 'cedar: [' })).toEqual([expect.stringMatching(/^a\.yaml:\d+:\d+ /)])
    expect(await problemsOf({ 'a.json': '{"type":"cedarv1"}' })).toEqual([
      'a.json:1:1 Expected a map "cedar"',
    ])
    const cedarWith = (more: object) =>
      JSON.stringify({
        type: 'cedarv1',
        cedar: { policies: ['permit(principal, action, resource);'], ...more },
      })
    for (const entities_json of ['{', '{}', '[1]', 7])
      expect(await problemsOf({ 'a.json': cedarWith({ entities_json }) })).toHaveLength(1)
  })

  it('says which file it cannot read', async () => {
    await expect(loadPolicySet(['/nowhere/x.cedar'])).rejects.toThrow(
      'Cannot read the policy file /nowhere/x.cedar',
    )
  })
})

describe('the example policies', () => {
  const folder = join(import.meta.dirname, '../../policies')
  const load = async (name: string) => {
    const engine = await loadPolicySet([join(folder, name)])
    return async (request: object) => (await engine?.decide({ ...plainRequest, ...request }))?.policies
  }

  it('load, each on its own', async () => {
    for (const name of readdirSync(folder)) expect(await loadPolicySet([join(folder, name)])).not.toBeNull()
  })

  it('read-only permits tools that say they read', async () => {
    const decide = await load('read-only.cedar')
    expect(await decide({ annotations: { readOnlyHint: true } })).toEqual(['read-only.tools'])
    expect(await decide({})).toEqual([])
  })

  it('no-secrets-out forbids the way out after private data was read, and files of secrets always', async () => {
    const decide = await load('no-secrets-out.cedar')
    const chain = { session: 's', calls: { 'memory/read_graph': 1 }, callCount: 1 }
    expect(await decide({ resource: 'web/post' })).toEqual(['no-secrets-out.base'])
    expect(await decide({ resource: 'web/post', chain })).toEqual(['no-secrets-out.after-private-data'])
    expect(await decide({ resource: 'calc/add', chain, annotations: { openWorldHint: false } })).toEqual([
      'no-secrets-out.base',
    ])
    expect(await decide({ resource: 'filesystem/write_file', chain })).toEqual(['no-secrets-out.base'])
    expect(await decide({ arguments: { path: '/srv/app/.env' } })).toEqual(['no-secrets-out.secret-files'])
  })

  it('bounded-calls ends a chain at its fiftieth call', async () => {
    const decide = await load('bounded-calls.cedar')
    expect(await decide({ chain: { session: 's', calls: {}, callCount: 49 } })).toEqual([
      'bounded-calls.base',
    ])
    expect(await decide({ chain: { session: 's', calls: {}, callCount: 50 } })).toEqual([
      'bounded-calls.too-many',
    ])
  })
})
