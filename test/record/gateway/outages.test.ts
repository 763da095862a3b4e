import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { oidcTokens } from '../../../src/record/gateway/authentication/oidc-tokens.ts'
import { startIssuer } from '../../fixtures/issuer/issuer.ts'
import { call, initialize, startUpstream } from './mcp-upstream.ts'
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

test('the last words of a server are told without the secrets in them, nor half of one', async () => {
  const [half, whole] = ['aB3d'.repeat(9), 'x7Yz'.repeat(9)].map((rest) => `ghp_${rest}`)
  const words = `'${half} ' + 'on '.repeat(1_200) + '${'a longer end '.repeat(26)}' + 'token ${whole}'`
  const local = {
    ...{ name: 'local', command: process.execPath, cwd: process.cwd(), env: {} },
    transport: 'stdio',
    args: ['-e', `process.stderr.write(${words}, () => process.exit(3))`],
    location: { file: 'calltrail.yaml', line: 1, column: 1 },
  } as const
  const { base, told } = await openGateway(() => ({ text: '' }), undefined, {}, { stdioServers: [local] })
  const accept = { accept: 'application/json, text/event-stream' }
  expect((await post(`${base}/mcp/local`, initialize, accept)).bytes).toContain('exited with code 3')
  expect(told).toEqual([expect.stringMatching(/token \[redacted:github-token:[0-9a-f]{12}\]$/)])
  for (const piece of ['aB3d', 'x7Yz']) expect(told.join()).not.toContain(piece)
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
