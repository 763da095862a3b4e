import { describe, expect, it } from 'vitest'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { PolicyEngine } from '../../src/domain/policy.ts'
import type { CallContext, Tool, ToolCall, ToolResult, ToolSource } from '../../src/domain/tool.ts'
import { textOf } from '../../src/domain/tool.ts'
import { InfrastructureError } from '../../src/errors.ts'
import { type PolicyMode, type PolicyObservation, policedTools } from '../../src/policy/policed-tools.ts'
import { cedar } from './policy-files.ts'

const all = 'permit(principal, action, resource);'
const readers =
  '@id("readers") permit(principal, action, resource) when { resource has readOnlyHint && resource.readOnlyHint };'

const contextOf = (session: string): CallContext => ({
  identity: unknownIdentity,
  session,
  trace: { traceId: '0'.repeat(32), spanId: '0'.repeat(16) },
  signal: new AbortController().signal,
})

const tool = (name: string, readOnlyHint?: boolean): Tool => ({
  name,
  description: '',
  inputSchema: { type: 'object' },
  ...(readOnlyHint === undefined ? {} : { annotations: { readOnlyHint } }),
})

/** A toolset in memory: it answers every call with its name, and its list may change or fail. */
function toolset(tools: readonly Tool[]) {
  const state = { tools, lists: 0, called: [] as string[], failure: null as Error | null }
  const listeners: (() => void)[] = []
  const source: ToolSource = {
    async listTools() {
      state.lists++
      if (state.failure !== null) throw state.failure
      return state.tools
    },
    async callTool({ name }): Promise<ToolResult> {
      state.called.push(name)
      return { content: [{ type: 'text', text: name }], isError: false }
    },
    onListChanged: (listener) => void listeners.push(listener),
  }
  const change = (next: readonly Tool[]) => {
    state.tools = next
    for (const listener of listeners) listener()
  }
  return { source, state, change }
}

async function policed(
  rules: string | PolicyEngine,
  mode: PolicyMode,
  tools = [tool('fs/read', true), tool('fs/write', false)],
) {
  const upstream = toolset(tools)
  const observations: PolicyObservation[] = []
  const engine = typeof rules === 'string' ? await cedar(rules) : rules
  const source = policedTools(upstream.source, engine, {
    mode,
    observe: (seen) => void observations.push(seen),
  })
  let id = 0
  const call = (name: string, session = 's1', args: ToolCall['arguments'] = {}) =>
    source.callTool({ id: `call-${++id}`, name, arguments: args }, contextOf(session))
  return { ...upstream, source, observations, call }
}

describe('policed tools', () => {
  it('forwards a denied call while it only observes, and says what was decided', async () => {
    const { call, observations, state } = await policed(readers, 'observe')
    expect(textOf(await call('fs/write', 's1', { path: 'a' }))).toBe('fs/write')
    expect(state.called).toEqual(['fs/write'])
    expect(observations).toMatchObject([
      {
        mode: 'observe',
        call: { id: 'call-1', name: 'fs/write' },
        decision: { effect: 'deny' },
        request: {
          action: 'call_tool',
          resource: 'fs/write',
          annotations: { readOnlyHint: false },
          arguments: { path: 'a' },
        },
      },
    ])
  })

  it('answers a denied call itself when it enforces, and names the policy', async () => {
    const { call, observations, state } = await policed(
      `${all} @id("no-writes") forbid(principal, action, resource == Tool::"write");`,
      'enforce',
    )
    const denied = await call('fs/write')
    expect(denied.isError).toBe(true)
    expect(textOf(denied)).toBe('Denied by policy: forbidden by no-writes')
    expect((await call('fs/read')).isError).toBe(false)
    expect(state.called).toEqual(['fs/read'])
    expect(observations.map(({ decision }) => decision.effect)).toEqual(['deny', 'allow'])
  })

  it('hides denied tools from lists when it enforces, without calling that an observation', async () => {
    const enforcing = await policed(readers, 'enforce')
    const names = async (source: ToolSource) =>
      (await source.listTools(contextOf('s1'))).map(({ name }) => name)
    expect(await names(enforcing.source)).toEqual(['fs/read'])
    expect(enforcing.observations).toEqual([])
    expect(await names((await policed(readers, 'observe')).source)).toEqual(['fs/read', 'fs/write'])
  })

  it('asks for the list once a session, and again after it changed', async () => {
    const { call, state, change } = await policed(readers, 'enforce')
    await call('fs/read')
    await call('fs/read')
    expect(state.lists).toBe(1)
    change([tool('fs/read', false)])
    expect((await call('fs/read')).isError).toBe(true)
    expect(state.lists).toBe(2)
  })

  it('judges a tool that no list names by its name alone', async () => {
    const { call, observations } = await policed(readers, 'enforce')
    expect((await call('fs/unheard-of')).isError).toBe(true)
    expect(observations[0]?.request.annotations).toEqual({})
  })

  it('leaves a tool that nobody offers to the upstream while it only observes: that is no violation', async () => {
    const { call, observations, state } = await policed(readers, 'observe')
    await call('fs/unheard-of')
    await call('nobody')
    expect(state.called).toEqual(['fs/unheard-of', 'nobody'])
    await call('fs/read')
    expect(observations).toMatchObject([{ call: { name: 'fs/read' }, request: { chain: { callCount: 0 } } }])
  })

  it('counts the calls that were let through, by session', async () => {
    const limit = `${all} @id("limit") forbid(principal, action, resource == Tool::"write"); @id("two") forbid(principal, action, resource) when { context.chain.callCount >= 2 };`
    const { call, observations } = await policed(limit, 'enforce')
    await call('fs/read')
    await call('fs/write')
    await call('fs/read')
    await call('fs/read')
    await call('fs/read', 's2')
    expect(observations.map(({ decision }) => decision.policies[0])).toEqual([
      'rules.cedar#1',
      'limit',
      'rules.cedar#1',
      'two',
      'rules.cedar#1',
    ])
    expect(observations[3]?.request.chain).toEqual({ session: 's1', calls: { 'fs/read': 2 }, callCount: 2 })
  })

  it('lets no parallel calls slip under a limit together', async () => {
    const { call, state } = await policed(
      `${all} forbid(principal, action, resource) when { context.chain.callCount >= 2 };`,
      'enforce',
    )
    const results = await Promise.all(Array.from({ length: 8 }, () => call('fs/read')))
    expect(results.filter(({ isError }) => !isError)).toHaveLength(2)
    expect(state.called).toHaveLength(2)
  })

  it('denies what the engine cannot decide', async () => {
    const broken: PolicyEngine = {
      name: 'broken',
      policySetHash: '',
      decide: () => Promise.reject(new Error('out of memory')),
    }
    const { call, observations } = await policed(broken, 'enforce')
    expect(textOf(await call('fs/read'))).toBe(
      'Denied by policy: denied because no decision was reached: out of memory',
    )
    expect(observations[0]?.decision).toMatchObject({
      effect: 'deny',
      policies: [],
      errors: ['out of memory'],
    })
  })

  it('goes on while it observes though the list cannot be read, and asks again next time', async () => {
    const { call, state, observations } = await policed(readers, 'observe')
    state.failure = new InfrastructureError('server-down', 'the server is down')
    expect((await call('fs/read')).isError).toBe(false)
    state.failure = null
    await call('fs/read')
    expect(observations.map(({ decision }) => decision.effect)).toEqual(['deny', 'allow'])
    expect(observations[0]?.decision.errors).toEqual([
      'the list of tools could not be read: the server is down',
    ])
  })

  it('passes on that the server is down when it enforces: that is no fault of the call', async () => {
    const { call, state } = await policed(readers, 'enforce')
    state.failure = new InfrastructureError('server-down', 'the server is down')
    await expect(call('fs/read')).rejects.toBe(state.failure)
    expect(state.called).toEqual([])
    state.failure = null
    expect((await call('fs/read')).isError).toBe(false)
  })
})
