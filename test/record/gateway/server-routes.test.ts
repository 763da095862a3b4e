import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { call } from './mcp-upstream.ts'
import { openGateway, post } from './open-gateway.ts'

/** A server that keeps what it is asked for. */
async function listen() {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    request.resume().once('end', () => response.writeHead(202).end())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { own: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('the query that an operator wrote stays, whatever a client adds', async () => {
  const { own, asked } = await listen()
  const servers = { plain: `${own}/mcp`, keyed: `${own}/mcp?key=abc` }
  const { base } = await openGateway(() => ({ text: '' }), undefined, servers)
  for (const path of ['plain', 'plain?x=%20', 'keyed', 'keyed?x=%20'])
    await post(`${base}/mcp/${path}`, call('read'))
  expect(asked).toEqual(['/mcp', '/mcp?x=%20', '/mcp?key=abc', '/mcp?key=abc&x=%20'])
})

test('what a client asks for passes to the letter', async () => {
  const { own, asked } = await listen()
  const { base } = await openGateway(() => ({ text: '' }), `${own}/v0`, { plain: `${own}/mcp` })
  const odd = `?a='b'&&c=%2F%2f&d="e"&f=|`
  // A URL would write it in a way of its own, and `fetch` with it.
  const send = async (path: string) => {
    const request = httpRequest(base, { method: 'POST', path })
    request.end('{}')
    const [response] = await once(request, 'response')
    response.resume()
  }
  await send(`/mcp/plain${odd}`)
  await send('/mcp/plain?')
  await send(`/openai/files/a%2e/../b${odd}`)
  expect(asked).toEqual([`/mcp${odd}`, '/mcp?', `/v0/files/a%2e/../b${odd}`])
})
