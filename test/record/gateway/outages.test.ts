import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { oidcTokens } from '../../../src/record/gateway/authentication/oidc-tokens.ts'
import { startIssuer } from '../../fixtures/issuer/issuer.ts'
import { call, startUpstream } from './mcp-upstream.ts'
import { key, openGateway, post, question } from './open-gateway.ts'

/** A port on which nobody listens, until somebody does. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

test('a server that is down is told once, and once that it answers again; its callers are told each time', async () => {
  const port = await freePort()
  const { base, told } = await openGateway(() => ({ text: '' }), undefined, {
    remote: `http://127.0.0.1:${port}/mcp`,
  })
  const ask = async () => (await post(`${base}/mcp/remote`, call('greet'))).status
  expect([await ask(), await ask(), await ask()]).toEqual([502, 502, 502])
  expect(told).toEqual([
    expect.stringMatching(/^server remote at 127\.0\.0\.1:\d+ cannot be reached: .*ECONNREFUSED/),
  ])
  const server = createServer((_, response) => response.end('{}')).listen(port, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  expect([await ask(), await ask()]).toEqual([200, 200])
  expect(told.slice(1)).toEqual([expect.stringMatching(/^server remote at .* answers again$/)])
})

test('a provider that is down is told by name, and no key is in what is said', async () => {
  const { base, told } = await openGateway(() => ({ text: '' }), `http://127.0.0.1:${await freePort()}`)
  for (let time = 0; time < 2; time += 1)
    await post(`${base}/openai/v1/chat/completions?key=AIzaSecret`, JSON.stringify(question), key)
  expect(told).toEqual([expect.stringMatching(/^openai at 127\.0\.0\.1:\d+ cannot be reached: /)])
  expect(told.join()).not.toContain('AIza')
})

test('an issuer that is down is told once, and no token is', async () => {
  const [issuer, upstream] = await Promise.all([startIssuer(), startUpstream()])
  const authenticator = oidcTokens(issuer)
  const access = { authenticator, isRequired: true, issuer: issuer.issuer }
  const { base, told } = await openGateway(() => ({ text: '' }), undefined, { remote: upstream.url }, access)
  const token = await issuer.sign()
  const ask = async () =>
    (await post(`${base}/mcp/remote`, call('greet'), { authorization: `Bearer ${token}` })).status
  issuer.become('down')
  expect([await ask(), await ask()]).toEqual([503, 503])
  expect(told).toEqual([expect.stringContaining(`the issuer ${issuer.issuer} cannot be reached: `)])
  expect(told.join()).not.toContain(token)
  issuer.become('up')
  expect(await ask()).toBe(200)
  expect(told.slice(1)).toEqual([`the issuer ${issuer.issuer} answers again`])
})
