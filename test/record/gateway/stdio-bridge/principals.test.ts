import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type Identity, unknownIdentity } from '../../../../src/domain/identity.ts'
import { anyone } from '../../../../src/record/gateway/caller.ts'
import { stdioRoutes } from '../../../../src/record/gateway/stdio-routes.ts'
import { mcpMeters } from '../../../../src/record/otel/mcp-meter.ts'
import { openTestJournal, temporaryHome } from '../../../journal/temporary-home.ts'
import { fixture } from '../../../tools/servers.ts'
import { beginSession, exchange, modern } from './raw-client.ts'

const raw = fixture('raw-lines.mjs', [], { name: 'raw' })
const verified = (user: string): Identity => ({
  ...unknownIdentity,
  user: { value: user, source: 'verified' },
})

/** The routes behind a door that knows its users by a header. */
async function openDoor() {
  const journal = openTestJournal(temporaryHome())
  const routes = stdioRoutes({
    journal,
    stdioServers: [raw],
    tell: () => {},
    meters: mcpMeters([], journal.redactor),
    injectTraceContext: false,
  })
  const server = createServer((incoming, outgoing) => {
    const user = verified(String(incoming.headers['x-user']))
    routes.find(incoming, incoming.url ?? '', anyone(user))?.(outgoing)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await routes.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp/raw`
}

test('the session of one principal is none of another', async () => {
  const url = await openDoor()
  const { session } = await beginSession(url, '2025-11-25', { 'x-user': 'ana' })
  const ask = '{"jsonrpc":"2.0","id":1,"method":"pid"}'
  const as = (user: string) => ({ ...session, 'x-user': user })
  expect((await exchange(url, ask, as('ben'))).status).toBe(404)
  expect((await exchange(url, '', as('ben'), 'GET')).status).toBe(404)
  expect((await exchange(url, '', as('ben'), 'DELETE')).status).toBe(404)
  expect((await exchange(url, ask, as('ana'))).status).toBe(200)
})

test('requests without a session are answered by one process for each principal', async () => {
  const url = await openDoor()
  const pidOf = async (user: string) => {
    const { body, headers } = modern(1, 'pid')
    return JSON.parse((await exchange(url, body, { ...headers, 'x-user': user })).answer).result.pid
  }
  const [ana, again, ben] = [await pidOf('ana'), await pidOf('ana'), await pidOf('ben')]
  expect(again).toBe(ana)
  expect(ben).not.toBe(ana)
})
