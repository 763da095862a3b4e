import { describe, expect, test } from 'vitest'
import { UsageError } from '../../../../src/errors.ts'
import { oidcTokens } from '../../../../src/record/gateway/authentication/oidc-tokens.ts'
import { newToken, staticTokens } from '../../../../src/record/gateway/authentication/static-tokens.ts'
import { configuredCredentials } from '../../../../src/record/gateway/credentials/configured-credentials.ts'
import {
  type CredentialSource,
  together,
} from '../../../../src/record/gateway/credentials/credential-source.ts'
import { tokenExchange } from '../../../../src/record/gateway/credentials/token-exchange.ts'
import { type ExchangeAnswer, startIssuer } from '../../../fixtures/issuer/issuer.ts'
import { filesUnder } from '../../../journal/temporary-home.ts'
import { call, startUpstream, type UpstreamAnswer } from '../mcp-upstream.ts'
import { openGateway, post } from '../open-gateway.ts'

const [ana, bob, dev] = [newToken(), newToken(), newToken()]
const tokens = staticTokens([
  { id: 'ana', sha256: ana.sha256, user: 'ana', groups: ['dev'] },
  { id: 'bob', sha256: bob.sha256, user: 'bob' },
  { id: 'dev', sha256: dev.sha256, groups: ['dev'], user: 'group:ops' },
])

async function open(remote: CredentialSource, authenticator = tokens, answer?: () => UpstreamAnswer) {
  const upstream = await startUpstream(answer)
  const access = { authenticator, isRequired: true, credentials: { remote } }
  const gateway = await openGateway(() => ({ text: '' }), undefined, { remote: upstream.url }, access)
  const ask = (token: string, headers = {}) =>
    post(`${gateway.base}/mcp/remote`, call('greet'), { authorization: `Bearer ${token}`, ...headers })
  return { upstream, ask, ...gateway }
}

describe('configured credentials', () => {
  test('stand in place of what the client sends of that name, and in nothing that is written', async () => {
    const shared = { 'X-Api-Key': 'key-of-the-gateway', Authorization: 'Bearer of-the-gateway' }
    const source = configuredCredentials({ server: 'remote', shared, own: {} })
    const { upstream, ask, home, recorded } = await open(source)
    expect(await ask(ana.token, { 'x-api-key': 'of-the-client', 'x-kept': '1' })).toMatchObject({
      status: 200,
    })
    const { rawHeaders = [], headers } = upstream.arrived[0] ?? {}
    expect(rawHeaders.filter((text) => /^(?:x-api-key|authorization)$/i.test(text))).toEqual([
      'X-Api-Key',
      'Authorization',
    ])
    expect(headers).toMatchObject({
      ...{ 'x-api-key': 'key-of-the-gateway', authorization: 'Bearer of-the-gateway', 'x-kept': '1' },
    })
    expect((await recorded()).of('tool_request')).toHaveLength(1)
    const written = [...filesUnder(home.path).values()].join('\n')
    for (const secret of ['key-of-the-gateway', 'of-the-gateway', 'of-the-client'])
      expect(written.includes(secret)).toBe(false)
  })

  test("are the user's own, else those of its group, and no user is taken for a group", async () => {
    const own = {
      bob: { authorization: 'of-bob' },
      'group:dev': { authorization: 'of-dev' },
      'group:ops': { authorization: 'of-ops' },
    }
    const shared = { 'x-team': 'blue', Authorization: 'of-all' }
    const source = configuredCredentials({ server: 'remote', shared, own })
    const { upstream, ask } = await open(source)
    for (const { token } of [ana, bob, dev]) await ask(token)
    const seen = upstream.arrived.map(({ headers }) => [headers.authorization, headers['x-team']])
    expect(seen).toEqual([
      ['of-dev', 'blue'],
      ['of-bob', 'blue'],
      ['of-dev', 'blue'],
    ])
  })

  test('that a caller has none of are refused to it, in the terms of MCP', async () => {
    const own = { ana: { authorization: 'of-ana' } }
    const { upstream, ask } = await open(configuredCredentials({ server: 'remote', shared: {}, own }))
    const answer = await ask(bob.token)
    expect(answer.status).toBe(403)
    expect(JSON.parse(answer.bytes).error.message).toBe('calltrail: bob has no credentials for remote')
    expect(upstream.arrived).toEqual([])
  })

  test('that the server does not take are told as such', async () => {
    const source = configuredCredentials({ server: 'remote', shared: { 'x-key': 'old' }, own: {} })
    const { ask } = await open(source, tokens, () => ({ status: 401 }))
    expect(await ask(ana.token)).toMatchObject({
      status: 502,
      bytes: expect.stringContaining('does not take the credentials'),
    })
  })

  test.for([{ 'bad name': 'x' }, { 'x-key': 'line\nbreak' }, { Host: 'elsewhere' }])(
    '%j are none',
    (shared: Record<string, string>) => {
      expect(() => configuredCredentials({ server: 'remote', shared, own: {} })).toThrow(UsageError)
    },
  )

  test('are shown for nobody without a token where no other server needs one', async () => {
    const source = configuredCredentials({ server: 'remote', shared: { 'x-key': 'k' }, own: {} })
    const upstream = await startUpstream()
    const servers = { remote: upstream.url, plain: upstream.url }
    const access = {
      authenticator: tokens,
      isRequired: false,
      credentials: { remote: source },
      guarded: [''],
    }
    const { base } = await openGateway(() => ({ text: '' }), undefined, servers, access)
    const own = { 'x-calltrail-token': ana.token }
    const theirs = { authorization: 'Bearer of-the-server' }
    const statuses = await Promise.all([
      post(`${base}/mcp/remote`, call('a'), theirs),
      post(`${base}/mcp/remote`, call('b'), own),
      post(`${base}/mcp/plain`, call('c'), theirs),
      post(`${base}/mcp/plain`, call('d'), { ...own, ...theirs }),
      post(`${base}/mcp`, call('e'), theirs),
    ])
    expect(statuses.map(({ status }) => status)).toEqual([401, 200, 200, 200, 401])
    const said = ' where it is, the gateway said when it started'
    expect([statuses[0]?.bytes, statuses[4]?.bytes]).toEqual(Array(2).fill(expect.stringContaining(said)))
    const seen = upstream.arrived.map(({ body, headers }) => [
      JSON.parse(body).params.name,
      headers['x-key'],
      headers.authorization,
    ])
    expect(seen.sort()).toEqual([
      ['b', 'k', undefined],
      ['c', undefined, theirs.authorization],
      ['d', undefined, theirs.authorization],
    ])
  })
})

describe('token exchange', () => {
  async function openExchange(
    answer: ExchangeAnswer,
    answerCall?: () => UpstreamAnswer,
    options: Parameters<typeof tokenExchange>[1] = { url: '' },
  ) {
    const issuer = await startIssuer(answer)
    const exchange = tokenExchange('remote', {
      ...{ audience: 'https://remote.example', scope: 'tools', ...options },
      url: issuer.tokenEndpoint,
    })
    const source = together([
      configuredCredentials({ server: 'remote', shared: { 'x-team': 'blue' }, own: {} }),
      exchange,
    ])
    const authenticator = oidcTokens(issuer)
    return { issuer, ...(await open(source, authenticator, answerCall)) }
  }
  const given =
    (expiresIn: number | undefined): ExchangeAnswer =>
    ({ form }, nth) => ({
      status: 200,
      body: {
        access_token: `exchanged-${nth}-for-${form.subject_token?.length}`,
        token_type: 'Bearer',
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        expires_in: expiresIn,
      },
    })

  test('shows the server a token of its own for the caller, kept for as long as it lives', async () => {
    const options = { url: '', clientId: 'gate way', clientSecret: 's:1' }
    const { issuer, upstream, ask, home, recorded } = await openExchange(given(300), undefined, options)
    const token = await issuer.sign()
    await Promise.all([ask(token), ask(token)])
    await ask(token)
    expect(issuer.exchanges).toEqual([
      {
        form: {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: token,
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          ...{ audience: 'https://remote.example', scope: 'tools' },
        },
        authorization: `Basic ${Buffer.from('gate+way:s%3A1').toString('base64')}`,
      },
    ])
    const shown = upstream.arrived.map(({ headers }) => [headers.authorization, headers['x-team']])
    expect(new Set(shown.map(String))).toEqual(new Set([`Bearer exchanged-1-for-${token.length},blue`]))
    expect(JSON.stringify(upstream.arrived.map(({ rawHeaders }) => rawHeaders))).not.toContain(token)
    expect((await recorded()).of('tool_request')).toHaveLength(3)
    const written = [...filesUnder(home.path).values()].join('\n')
    for (const secret of [token, 'exchanged-1']) expect(written.includes(secret)).toBe(false)
  })

  test('is for one principal, and for one token of it', async () => {
    const { issuer, upstream, ask } = await openExchange(given(300))
    const all = [
      await issuer.sign({ sub: 'ana', scope: 'read' }),
      await issuer.sign({ sub: 'bob', scope: 'read' }),
      await issuer.sign({ sub: 'ana', scope: 'read write' }),
    ]
    for (const token of [...all, ...all]) await ask(token)
    expect(issuer.exchanges.map(({ form }) => form.subject_token)).toEqual(all)
    expect(new Set(upstream.arrived.map(({ headers }) => headers.authorization)).size).toBe(3)
  })

  test('is made anew before its token expires', async () => {
    const { issuer, ask } = await openExchange(given(1))
    const token = await issuer.sign()
    await ask(token)
    await ask(token)
    expect(issuer.exchanges).toHaveLength(1)
    await new Promise((resolve) => setTimeout(resolve, 950))
    await ask(token)
    expect(issuer.exchanges).toHaveLength(2)
  })

  test('is made anew once the server did not take its token', async () => {
    let isRevoked = true
    const { issuer, ask } = await openExchange(given(300), () => ({ status: isRevoked ? 401 : 200 }))
    const token = await issuer.sign()
    expect((await ask(token)).status).toBe(502)
    isRevoked = false
    expect((await ask(token)).status).toBe(200)
    expect(issuer.exchanges).toHaveLength(2)
  })

  test.for<[error: string, status: number, answered: number]>([
    ['invalid_target', 400, 403],
    ['invalid_grant', 400, 403],
    ['invalid_client', 401, 502],
    ['temporarily_unavailable', 503, 503],
    ['<b>a page</b>', 500, 503],
  ])('%s is told to the caller, who is asked for again', async ([error, status, answered]) => {
    const { issuer, upstream, ask } = await openExchange((_, nth) =>
      nth === 1 ? { status, body: { error } } : given(300)(_, nth),
    )
    const token = await issuer.sign()
    const answer = await ask(token)
    expect(answer.status).toBe(answered)
    expect(answer.bytes).not.toContain('<b>')
    expect(answer.bytes).toContain('gives no token for remote')
    expect(upstream.arrived).toEqual([])
    expect((await ask(token)).status).toBe(200)
  })

  test('needs a token that can be exchanged', async () => {
    const exchange = tokenExchange('remote', { url: 'http://127.0.0.1:9/token' })
    const { ask } = await open(exchange)
    expect(await ask(ana.token)).toMatchObject({ status: 403 })
    const issuer = await startIssuer()
    const unreachable = await open(exchange, oidcTokens(issuer))
    expect(await unreachable.ask(await issuer.sign())).toMatchObject({ status: 503 })
  })
})
