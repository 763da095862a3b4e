import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { oidcTokens } from '../../../src/record/gateway/authentication/oidc-tokens.ts'
import { startIssuer } from '../../fixtures/issuer/issuer.ts'
import { fixture } from '../../tools/servers.ts'
import { openGateway, post } from './open-gateway.ts'
import { accept, exchange, modern, send } from './stdio-bridge/raw-client.ts'

const dual = fixture('dual-era.mjs', [], { name: 'dual' })
const raw = fixture('raw-lines.mjs', [], { name: 'raw' })
/** Clocks may differ by so much. */
const toleranceSeconds = 30

/** A server over HTTP that answers what it is asked with a stream that does not end, whatever the headers say. */
async function startListened(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': listening\n\n')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
}

async function openToIssuer() {
  const issuer = await startIssuer()
  const { base } = await openGateway(
    () => ({ text: '' }),
    undefined,
    { remote: await startListened() },
    {
      ...{
        stdioServers: [dual, raw],
        authenticator: oidcTokens(issuer),
        isRequired: true,
        issuer: issuer.issuer,
      },
    },
  )
  const bearer = async (secondsLeft: number) => {
    const exp = Math.floor(Date.now() / 1000) - toleranceSeconds + secondsLeft
    return { authorization: `Bearer ${await issuer.sign({ exp })}` }
  }
  return { base, bearer }
}

const initialize = JSON.stringify({
  ...{ jsonrpc: '2.0', id: 0, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
})

async function openStreams(base: string, bearer: Readonly<Record<string, string>>) {
  const { headers } = await exchange(`${base}/mcp/raw`, initialize, bearer)
  const session = { 'mcp-session-id': String(headers['mcp-session-id']), ...accept }
  const asked = modern(1, 'subscriptions/listen', { notifications: { toolsListChanged: true } })
  const listening = [
    await send(`${base}/mcp/raw`, 'GET', { ...session, ...bearer }),
    await send(`${base}/mcp/dual`, 'POST', { ...accept, ...asked.headers, ...bearer }, asked.body),
    await send(`${base}/mcp/remote`, 'POST', { ...accept, ...bearer }, asked.body),
  ]
  for (const stream of listening) stream.resume().on('error', () => undefined)
  return { session, listening, areOpen: () => listening.map(({ destroyed }) => !destroyed) }
}

test('streams that a client only listens to end with its token; calls, and streams of a longer token, do not', async () => {
  const { base, bearer } = await openToIssuer()
  const [long, endless] = [await bearer(600), await bearer(10 * 365 * 24 * 3600)]
  const staying = [await openStreams(base, long), await openStreams(base, endless)]
  const short = await bearer(3)
  const ending = await openStreams(base, short)
  const silent = '{"jsonrpc":"2.0","id":5,"method":"silent"}'
  const called = exchange(`${base}/mcp/raw`, silent, { ...ending.session, ...short })
  expect(ending.listening.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200])
  expect(ending.areOpen()).toEqual([true, true, true])

  await expect.poll(ending.areOpen, { timeout: 10_000 }).toEqual([false, false, false])
  for (const { areOpen } of staying) expect(areOpen()).toEqual([true, true, true])
  const again = await post(`${base}/mcp/raw`, initialize, { ...accept, ...short })
  expect(again).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': expect.stringContaining('the token has expired') },
  })
  const release = '{"jsonrpc":"2.0","method":"notifications/release","params":{"id":5}}'
  await exchange(`${base}/mcp/raw`, release, { ...ending.session, ...long })
  expect((await called).answer).toContain('"late":true')
  for (const { listening } of staying) for (const stream of listening) stream.destroy()
})
