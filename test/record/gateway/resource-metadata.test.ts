import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { discoverOAuthProtectedResourceMetadata } from '@modelcontextprotocol/client'
import { expect, onTestFinished, test } from 'vitest'
import { openGateway } from './open-gateway.ts'

const wellKnown = '/.well-known/oauth-protected-resource'

interface Upstream {
  /** What stands at a path, its own origin put in for `ORIGIN`. */
  readonly at: Readonly<Record<string, string>>
  readonly challenge?: string
}

/** A gateway before a server that lets nobody in, and says at some paths who would give out its tokens. */
async function open({ at, challenge }: Upstream) {
  const asked: string[] = []
  const handle: RequestListener = ({ url = '' }, response) => {
    asked.push(url)
    const own = (text: string) => text.replaceAll('ORIGIN', origin)
    const text = at[url]
    if (text !== undefined)
      response.writeHead(200, { 'content-type': 'application/json', 'x-kept': 'yes' }).end(own(text))
    else if (url !== '/v1/mcp') response.writeHead(404).end('nothing')
    else response.writeHead(401, challenge ? { 'www-authenticate': own(challenge) } : {}).end()
  }
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const gateway = await openGateway(() => ({ text: '' }), undefined, { remote: `${origin}/v1/mcp` })
  const challenged = async () => {
    const { status, headers } = await fetch(`${gateway.base}/mcp/remote`, { method: 'POST', body: '{}' })
    return { status, challenge: headers.get('www-authenticate') }
  }
  return { ...gateway, origin, asked, challenged, own: `${gateway.base}/mcp/remote` }
}

test('a challenge leads to metadata at the gateway, where the server has it, and of which one value changes', async () => {
  const metadata = (resource: string) =>
    `{ "resource" : "${resource}",\n "authorization_servers":["https://login.example"], "n": 12345678901234567890, "é": 1.0}`
  const { base, own, challenged } = await open({
    at: { '/somewhere.json?a=b': metadata('ORIGIN/v1/mcp') },
    challenge: 'Bearer error="invalid_token", resource_metadata="ORIGIN/somewhere.json?a=b", scope="a b"',
  })
  const place = `${base}${wellKnown}/mcp/remote`
  expect(await challenged()).toEqual({
    status: 401,
    challenge: `Bearer error="invalid_token", resource_metadata="${place}", scope="a b"`,
  })
  const response = await fetch(place)
  expect(response.headers.get('x-kept')).toBe('yes')
  expect(await response.text()).toBe(metadata(own))
})

test.for([`${wellKnown}/v1/mcp`, wellKnown])(
  'the metadata of a server that names no place is found at %s, and the SDK accepts it',
  async (path) => {
    const resource = path === wellKnown ? 'ORIGIN' : 'ORIGIN/v1/mcp'
    const { own, challenged } = await open({
      at: { [path]: `{"resource":"${resource}","authorization_servers":["https://login.example"]}` },
    })
    expect(await challenged()).toEqual({ status: 401, challenge: null })
    expect(await discoverOAuthProtectedResourceMetadata(own)).toEqual({
      resource: own,
      authorization_servers: ['https://login.example'],
    })
  },
)

test.for(['https://elsewhere.example/v1/mcp', 'ORIGIN/v2', 'ORIGIN/v1/mcpx', 'no address', ''])(
  'metadata of another resource than the server passes as it is, for the client to refuse: %s',
  async (resource) => {
    const text = JSON.stringify({ resource })
    const { base, origin } = await open({ at: { [`${wellKnown}/v1/mcp`]: text } })
    const response = await fetch(`${base}${wellKnown}/mcp/remote`)
    expect(await response.text()).toBe(text.replace('ORIGIN', origin))
  },
)

test('a challenge that leads to another origin passes as it is, and nothing is fetched there', async () => {
  const challenge = 'Bearer resource_metadata="https://elsewhere.example/metadata"'
  const { base, asked, challenged } = await open({ at: {}, challenge })
  expect(await challenged()).toEqual({ status: 401, challenge })
  await fetch(`${base}${wellKnown}/mcp/remote`)
  expect(asked).toEqual(['/v1/mcp', `${wellKnown}/v1/mcp`, wellKnown])
})

test('a server without metadata gives out tokens at its own origin once it has asked for one, else nowhere', async () => {
  const { base, own, origin, challenged } = await open({ at: {} })
  const place = `${base}${wellKnown}/mcp/remote`
  expect((await fetch(place)).status).toBe(404)
  await challenged()
  expect(await (await fetch(place)).json()).toEqual({ resource: own, authorization_servers: [origin] })
})

test('what a server says of its authorization server passes to the letter', async () => {
  const text = '{"issuer":"ORIGIN/v1/mcp", "n": 1.0}'
  const { base, origin } = await open({ at: { '/.well-known/oauth-authorization-server/v1/mcp': text } })
  const response = await fetch(`${base}/.well-known/oauth-authorization-server/mcp/remote`)
  expect(await response.text()).toBe(text.replace('ORIGIN', origin))
  expect((await fetch(`${base}/.well-known/oauth-authorization-server/mcp/nobody`)).status).toBe(404)
})

test('metadata without an end is not gathered', async () => {
  const { base } = await open({ at: { [`${wellKnown}/v1/mcp`]: `"${'x'.repeat(2 * 1024 * 1024)}"` } })
  const response = await fetch(`${base}${wellKnown}/mcp/remote`)
  expect(response.status).toBe(502)
  expect(await response.text()).toContain('longer than 1048576 bytes')
})

test('a server that is down has no metadata, and the gateway says so', async () => {
  const gone = createServer().listen(0, '127.0.0.1')
  await once(gone, 'listening')
  const { port } = gone.address() as AddressInfo
  await new Promise((resolve) => gone.close(resolve))
  const url = `http://127.0.0.1:${port}/mcp`
  const { base } = await openGateway(() => ({ text: '' }), undefined, { down: url })
  const response = await fetch(`${base}${wellKnown}/mcp/down`)
  expect(response.status).toBe(502)
  const message = expect.stringContaining('ECONNREFUSED')
  expect(await response.json()).toMatchObject({ error: { type: 'calltrail_upstream_unreachable', message } })
})
