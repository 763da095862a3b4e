import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { link } from '../../../src/chain/link.ts'
import { observations } from '../../../src/chain/observations.ts'
import { newToken, staticTokens } from '../../../src/record/gateway/authentication/static-tokens.ts'
import { call, initialize, startUpstream, type UpstreamAnswer } from './mcp-upstream.ts'
import { key, openGateway, post, question } from './open-gateway.ts'

const [ana, bob] = [newToken(), newToken()]
const authenticator = staticTokens([
  { id: 'ana-laptop', sha256: ana.sha256, user: 'ana' },
  { id: 'ana-ci', sha256: newToken().sha256, user: 'ana' },
  { id: 'bob-laptop', sha256: bob.sha256, user: 'bob' },
])
const own = (token: string) => ({ 'x-calltrail-token': token })

async function open(answer?: () => UpstreamAnswer) {
  const upstream = await startUpstream(answer)
  const access = { authenticator, isRequired: true }
  const gateway = await openGateway(() => ({ text: 'Hi.' }), undefined, { remote: upstream.url }, access)
  return { upstream, mcp: `${gateway.base}/mcp/remote`, ...gateway }
}

describe('two principals', () => {
  test('whom the server gives the same session id have a session each', async () => {
    const { mcp, recorded } = await open(() => ({ headers: { 'mcp-session-id': 'same' } }))
    for (const { token } of [ana, bob]) await post(mcp, initialize, own(token))
    for (const { token } of [bob, ana])
      await post(mcp, call('greet'), { ...own(token), 'mcp-session-id': 'same' })
    const { entries, of } = await recorded()
    const sessionsOf = (user: string) =>
      new Set(
        entries.flatMap((entry) =>
          'data' in entry && 'identity' in entry.data && entry.data.identity?.user?.value === user
            ? [entry.session]
            : [],
        ),
      )
    expect(of('session_opened')).toHaveLength(2)
    expect(of('tool_request').map(({ identity }) => identity.user?.value)).toEqual(['bob', 'ana'])
    expect(sessionsOf('ana').size).toBe(1)
    expect(sessionsOf('bob').size).toBe(1)
    expect(sessionsOf('ana')).not.toEqual(sessionsOf('bob'))
  })

  test.for(['POST', 'GET', 'DELETE'])(
    'do not reach each other by a %s with the session id of the other',
    async (method) => {
      const { mcp, upstream, recorded } = await open(() => ({ headers: { 'mcp-session-id': 'of-ana' } }))
      await post(mcp, initialize, own(ana.token))
      const send = (token: string) =>
        fetch(mcp, {
          method,
          headers: { ...own(token), 'mcp-session-id': 'of-ana' },
          ...(method === 'POST' && { body: call('greet') }),
        })
      const stolen = await send(bob.token)
      expect(stolen.status).toBe(404)
      expect(await stolen.json()).toMatchObject({ error: { code: -32001 } })
      expect(upstream.arrived).toHaveLength(1)
      expect((await send(ana.token)).status).toBe(200)
      expect(upstream.arrived).toHaveLength(2)
      expect((await recorded()).of('session_opened')).toHaveLength(1)
    },
  )

  test('on one connection to the gateway have a session each, and a connection each behind it', async () => {
    const { mcp, upstream, recorded } = await open()
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())
    for (const { token } of [ana, bob, ana]) {
      const request = httpRequest(mcp, { method: 'POST', agent, headers: own(token) }).end(call('greet'))
      const [response] = await once(request, 'response')
      await buffer(response)
    }
    const [first, second, third] = upstream.arrived.map(({ socket }) => socket)
    expect(first).toBe(third)
    expect(first).not.toBe(second)
    const { of } = await recorded()
    expect(of('session_opened').map(({ identity }) => identity.user?.value)).toEqual(['ana', 'bob'])
    expect(of('session_closed')).toHaveLength(2)
  })

  test('who name the same conversation have one each', async () => {
    const { base, recorded } = await open()
    for (const { token } of [ana, bob, ana])
      await post(`${base}/openai/v1/chat/completions`, JSON.stringify(question), {
        ...{ ...key, ...own(token), 'x-session-id': 'conversation-1' },
      })
    const { of } = await recorded()
    expect(of('session_opened').map(({ identity }) => identity.user?.value)).toEqual(['ana', 'bob'])
    expect(of('model_request').map(({ identity }) => identity.user?.value)).toEqual(['ana', 'bob', 'ana'])
  })

  test('who send the same trace are in a chain each', async () => {
    const { mcp, recorded } = await open()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const params = { name: 'greet', arguments: {}, _meta: { traceparent } }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params })
    for (const { token } of [ana, bob, ana]) await post(mcp, body, own(token))
    const chains = [...link(observations((await recorded()).entries)).values()].map(({ chain }) => chain)
    expect(chains).toHaveLength(3)
    expect(chains[0]).toBe(chains[2])
    expect(chains[0]).not.toBe(chains[1])
  })
})

test('a session keeps to its principal, and each call says what its own token allowed', async () => {
  const [narrow, wide] = [newToken(), newToken()]
  const both = staticTokens([
    { id: 'narrow', sha256: narrow.sha256, user: 'ana', scopes: ['read'] },
    { id: 'wide', sha256: wide.sha256, user: 'ana', scopes: ['read', 'write'] },
  ])
  const upstream = await startUpstream(() => ({ headers: { 'mcp-session-id': 's' } }))
  const access = { authenticator: both, isRequired: true }
  const { base, recorded } = await openGateway(
    () => ({ text: '' }),
    undefined,
    { remote: upstream.url },
    access,
  )
  await post(`${base}/mcp/remote`, initialize, own(narrow.token))
  for (const { token } of [wide, narrow]) {
    await post(`${base}/mcp/remote`, call('greet'), { ...own(token), 'mcp-session-id': 's' })
    const headers = { ...key, ...own(token), 'x-session-id': 'c' }
    await post(`${base}/openai/v1/chat/completions`, JSON.stringify(question), headers)
  }
  const { of } = await recorded()
  expect(of('session_opened')).toHaveLength(2)
  const credentials = of('model_request').map(({ identity }) => identity.permissions.credentialId)
  expect(credentials).toEqual(['wide', 'narrow'])
  expect(
    of('tool_request').map(({ identity: { permissions, client } }) => [permissions, client?.value]),
  ).toEqual([
    [{ scopes: ['read', 'write'], credentialId: 'wide', policySetHash: null }, 'app/1'],
    [{ scopes: ['read'], credentialId: 'narrow', policySetHash: null }, 'app/1'],
  ])
})
