import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { call } from './mcp-upstream.ts'
import { openGateway, post } from './open-gateway.ts'

test('the query that an operator wrote stays, whatever a client adds', async () => {
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
  const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  const servers = { plain: own, keyed: `${own}?key=abc` }
  const { base } = await openGateway(() => ({ text: '' }), undefined, servers)
  for (const path of ['plain', 'plain?x=%20', 'keyed', 'keyed?x=%20'])
    await post(`${base}/mcp/${path}`, call('read'))
  expect(asked).toEqual(['/mcp', '/mcp?x=%20', '/mcp?key=abc', '/mcp?key=abc&x=%20'])
})
