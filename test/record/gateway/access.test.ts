import {
  discoverOAuthProtectedResourceMetadata,
  extractResourceMetadataUrl,
} from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { describe, expect, test } from 'vitest'
import { firstOf } from '../../../src/record/gateway/authentication/authenticator.ts'
import { oidcTokens } from '../../../src/record/gateway/authentication/oidc-tokens.ts'
import { newToken, staticTokens } from '../../../src/record/gateway/authentication/static-tokens.ts'
import type { GatewayOptions } from '../../../src/record/gateway/gateway.ts'
import { startIssuer } from '../../fixtures/issuer/issuer.ts'
import { testKey } from '../../fixtures/providers/provider-server.ts'
import { filesUnder } from '../../journal/temporary-home.ts'
import { startHttpServer } from '../../tools/http-server.ts'
import { call, initialize, startUpstream } from './mcp-upstream.ts'
import { key, openGateway, post, question } from './open-gateway.ts'

const [ana, bob, robot] = [newToken(), newToken(), newToken()]
const tokens = staticTokens([
  { id: 'ana-laptop', sha256: ana.sha256, user: 'ana', groups: ['dev'], scopes: ['read'] },
  { id: 'bob-laptop', sha256: bob.sha256, user: 'bob' },
  { id: 'robot', sha256: robot.sha256 },
])
const bearer = (token: string) => ({ authorization: `Bearer ${token}`, accept: 'application/json' })

const openTo = (url: string, access: Partial<GatewayOptions> = {}) =>
  openGateway(
    () => ({ text: 'Hi.' }),
    undefined,
    { remote: url },
    {
      ...{ authenticator: tokens, isRequired: true, ...access },
    },
  )

describe('an MCP server behind a gateway that knows its callers', () => {
  test('is called by whom the token names, and never sees the token', async () => {
    const upstream = await startUpstream()
    const { base, recorded } = await openTo(upstream.url)
    const sent = { ...bearer(ana.token), 'x-custom': 'kept', 'X-Calltrail-Token': ana.token }
    expect(await post(`${base}/mcp/remote`, call('greet'), sent)).toMatchObject({ status: 200 })
    const [arrived] = upstream.arrived
    expect(arrived?.headers).not.toHaveProperty('authorization')
    expect(arrived?.headers).toMatchObject({ 'x-custom': 'kept' })
    expect(JSON.stringify(arrived?.rawHeaders)).not.toContain(ana.token)
    const [request] = (await recorded()).of('tool_request')
    expect(request?.identity).toMatchObject({
      user: { value: 'ana', source: 'verified' },
      groups: { value: ['dev'], source: 'verified' },
      role: null,
      permissions: { scopes: ['read'], credentialId: 'ana-laptop', policySetHash: null },
    })
  })

  test.for<[fact: string, headers: Readonly<Record<string, string>>]>([
    ['no token', {}],
    ['a wrong token', bearer(newToken().token)],
    ['a token of another scheme', { authorization: `Basic ${ana.token}` }],
    ['two tokens at once', { 'x-calltrail-token': `${ana.token}, ${bob.token}` }],
    ['a wrong token beside a right one', { ...bearer(ana.token), 'x-calltrail-token': 'wrong' }],
  ])('with %s it is not reached', async ([, headers]) => {
    const upstream = await startUpstream()
    const { base, recorded } = await openTo(upstream.url)
    const answer = await post(`${base}/mcp/remote`, call('greet'), headers)
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Bearer /) },
    })
    expect(JSON.parse(answer.bytes)).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32000 } })
    expect(upstream.arrived).toEqual([])
    expect((await recorded()).entries).toEqual([])
  })

  test('the SDK client calls it with its token', async () => {
    const server = await startHttpServer()
    const { base } = await openTo(server.definition.transport === 'http' ? server.definition.url : '')
    const client = new Client({ name: 'v1', version: '1' })
    const transport = new StreamableHTTPClientTransport(new URL(`${base}/mcp/remote`), {
      requestInit: { headers: bearer(ana.token) },
    })
    await client.connect(transport as Parameters<typeof client.connect>[0])
    expect(await client.callTool({ name: 'greet', arguments: {} })).toMatchObject({
      content: [{ text: 'hello' }],
    })
    await client.close()
    await server.stop()
    expect(server.headers.some((headers) => 'authorization' in headers)).toBe(false)
  })

  test('its own refusal is none of the caller: what the server wants is for the gateway to have', async () => {
    const challenge = { 'www-authenticate': 'Bearer resource_metadata="https://elsewhere.example"' }
    const upstream = await startUpstream(() => ({ status: 401, headers: challenge }))
    const { base } = await openTo(upstream.url)
    const answer = await post(`${base}/mcp/remote`, call('greet'), bearer(ana.token))
    expect(answer).toMatchObject({
      status: 502,
      bytes: expect.stringContaining('remote asks for credentials'),
    })
    expect(answer.headers).not.toHaveProperty('www-authenticate')
  })

  test('what stands in no token is as configured, but groups and role are never of two people', async () => {
    const configured = (value: string) => ({ value, source: 'configured' as const })
    const identity = {
      ...{ user: configured('ops'), groups: null, role: configured('admin'), env: configured('prod') },
      ...{ client: null, agent: null },
      permissions: { scopes: null, credentialId: null, policySetHash: null },
    }
    const upstream = await startUpstream()
    const { base, recorded } = await openTo(upstream.url, { identity })
    for (const { token } of [ana, robot]) await post(`${base}/mcp/remote`, initialize, bearer(token))
    const [opened, ofRobot] = (await recorded()).of('session_opened')
    expect(ofRobot?.identity).toMatchObject({ user: configured('ops'), role: configured('admin') })
    expect(opened?.identity).toMatchObject({
      user: { value: 'ana', source: 'verified' },
      role: null,
      env: { value: 'prod', source: 'configured' },
      client: { value: 'app/1', source: 'self-reported' },
    })
  })
})

describe('models behind a gateway that knows its callers', () => {
  test('get the key of the provider, and not the token of the gateway', async () => {
    const { base, openai, recorded } = await openTo('http://127.0.0.1:9')
    const url = `${base}/openai/v1/chat/completions`
    const answer = await post(url, JSON.stringify(question), { ...key, 'x-calltrail-token': ana.token })
    expect(answer.status).toBe(200)
    expect(openai.headers[0]).toMatchObject(key)
    expect(openai.headers[0]).not.toHaveProperty('x-calltrail-token')
    const [request] = (await recorded()).of('model_request')
    expect(request?.identity).toMatchObject({
      user: { value: 'ana', source: 'verified' },
      permissions: { credentialId: 'ana-laptop' },
    })
  })

  test('are asked by nobody whose token stands where their key does', async () => {
    const { base, openai } = await openTo('http://127.0.0.1:9')
    const url = `${base}/openai/v1/chat/completions`
    const answer = await post(url, JSON.stringify(question), bearer(ana.token))
    expect(answer).toMatchObject({ status: 401, bytes: expect.stringContaining('x-calltrail-token') })
    expect(JSON.parse(answer.bytes)).toMatchObject({
      type: 'error',
      error: { type: 'calltrail_unauthenticated' },
    })
    expect(openai.requests).toEqual([])
  })
})

describe('a gateway that knows nobody', () => {
  test('passes Authorization to the letter, and keeps its own header', async () => {
    const upstream = await startUpstream((arrived) => ({ status: arrived.headers.authorization ? 200 : 401 }))
    const { base } = await openTo(upstream.url, { authenticator: null, isRequired: false })
    const sent = { Authorization: 'Bearer of-the-server', 'X-Calltrail-Token': 'stray' }
    expect((await post(`${base}/mcp/remote`, call('greet'), sent)).status).toBe(200)
    expect(upstream.arrived[0]?.rawHeaders).toEqual(
      expect.arrayContaining(['Authorization', 'Bearer of-the-server']),
    )
    expect(upstream.arrived[0]?.headers).not.toHaveProperty('x-calltrail-token')
    expect((await post(`${base}/mcp/remote`, call('greet'))).status).toBe(401)
  })
})

describe('where tokens come from', () => {
  async function openToIssuer() {
    const [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()])
    const authenticator = firstOf([tokens, oidcTokens(issuer)])
    const gateway = await openTo(upstream.url, { authenticator, issuer: issuer.issuer })
    return { issuer, upstream, ...gateway }
  }

  test('a client of the SDK is told by the challenge, and finds the issuer', async () => {
    const { issuer, base } = await openToIssuer()
    const refused = await fetch(`${base}/mcp/remote`, { method: 'POST', body: call('greet') })
    const resourceMetadataUrl = extractResourceMetadataUrl(refused) ?? ''
    expect(String(resourceMetadataUrl)).toBe(`${base}/.well-known/oauth-protected-resource/mcp/remote`)
    for (const options of [{ resourceMetadataUrl }, {}])
      expect(await discoverOAuthProtectedResourceMetadata(`${base}/mcp/remote`, options)).toMatchObject({
        resource: `${base}/mcp/remote`,
        authorization_servers: [issuer.issuer],
      })
    const unknown = await fetch(`${base}/.well-known/oauth-protected-resource/mcp/other`)
    expect(unknown.status).toBe(404)
  })

  test('a token of the issuer is let in until it expires, and the challenge says why not', async () => {
    const { issuer, base, recorded } = await openToIssuer()
    const ask = async (claims: object) =>
      post(`${base}/mcp/remote`, call('greet'), bearer(await issuer.sign({ ...claims })))
    expect((await ask({ sub: 'eve', jti: 't-9', scope: 'a b' })).status).toBe(200)
    expect(await ask({ exp: 1 })).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': expect.stringMatching(
          /error="invalid_token", error_description="the token has expired", resource_metadata="http/,
        ),
      },
    })
    expect((await recorded()).of('tool_request')).toMatchObject([
      {
        identity: {
          user: { value: 'eve', source: 'verified' },
          permissions: { scopes: ['a', 'b'], credentialId: 'oidc:t-9' },
        },
      },
    ])
  })

  test('while the issuer is down its tokens are asked to come again, and static ones are let in', async () => {
    const { issuer, base } = await openToIssuer()
    issuer.become('down')
    const answer = await post(`${base}/mcp/remote`, call('greet'), bearer(await issuer.sign()))
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect((await post(`${base}/mcp/remote`, call('greet'), bearer(ana.token))).status).toBe(200)
  })

  test('clients that know the gateway by another address are told that one', async () => {
    const { issuer, upstream } = await openToIssuer()
    const access = {
      authenticator: oidcTokens(issuer),
      issuer: issuer.issuer,
      url: 'https://gateway.example/',
    }
    const { base } = await openTo(upstream.url, { ...access, hosts: ['gateway.example'] })
    const { headers } = await post(`${base}/mcp/remote`, call('greet'), { host: 'gateway.example' })
    expect(headers['www-authenticate']).toContain(
      'resource_metadata="https://gateway.example/.well-known/oauth-protected-resource/mcp/remote"',
    )
  })
})

describe('by which name it is reached', () => {
  test.for<[headers: Readonly<Record<string, string>>, status: number]>([
    [{ host: 'gateway.example' }, 200],
    [{ host: 'Gateway.example:8443' }, 200],
    [{ host: 'other.example' }, 403],
    [{ host: 'gateway.example.evil.example' }, 403],
    [{ host: 'gateway.example', origin: 'https://app.example' }, 200],
    [{ origin: 'https://app.example.evil.example' }, 403],
    [{ origin: 'http://app.example' }, 403],
  ])('%j: %i', async ([headers, status]) => {
    const upstream = await startUpstream()
    const { base } = await openTo(upstream.url, {
      hosts: ['gateway.example'],
      origins: ['https://app.example'],
    })
    const answer = await post(`${base}/mcp/remote`, call('greet'), { ...bearer(ana.token), ...headers })
    expect(answer.status).toBe(status)
  })

  test('healthz is open to all, and tells nobody which servers there are', async () => {
    const { base } = await openTo('http://127.0.0.1:9')
    expect((await post(`${base}/healthz`, '')).status).toBe(200)
    const unknown = await post(`${base}/nowhere`, '')
    expect(unknown.status).toBe(401)
    expect(unknown.bytes).not.toContain('remote')
  })
})

test('tokens, keys and credentials are in nothing that is written', async () => {
  const issuer = await startIssuer()
  const upstream = await startUpstream(() => ({ headers: { 'mcp-session-id': 's-1' } }))
  const { base, home, recorded } = await openTo(upstream.url, {
    authenticator: firstOf([tokens, oidcTokens(issuer)]),
  })
  const ofIssuer = await issuer.sign()
  for (const token of [ana.token, bob.token, ofIssuer, 'wrong-token-of-somebody'])
    await post(`${base}/mcp/remote`, initialize, bearer(token))
  await post(`${base}/openai/v1/chat/completions`, JSON.stringify(question), {
    ...{ ...key, 'x-calltrail-token': ana.token },
  })
  expect((await recorded()).of('session_opened').length).toBeGreaterThan(3)
  const written = [...filesUnder(home.path).values()].join('\n')
  expect(written).toContain('ana-laptop')
  for (const secret of [ana.token, bob.token, ofIssuer, 'wrong-token-of-somebody', testKey])
    expect(written.includes(secret)).toBe(false)
})
