import { expect, test } from 'vitest'
import { fixture } from '../../../tools/servers.ts'
import { openBridge } from './clients.ts'
import { beginSession, readEvents } from './raw-client.ts'

const ask = (id: number, method: string) => ({ jsonrpc: '2.0', id, method, params: {} })
const most = 10_000

test('of requests that a server never answers the oldest are answered in its place, and the others still wait', async () => {
  const { url, recorded } = await openBridge(fixture('raw-lines.mjs', [], { name: 'raw' }))
  const { post, open } = await beginSession(url)
  const oldest = await open(JSON.stringify(ask(-1, 'silent')))
  const others = Array.from({ length: most }, (_, id) => ask(id, 'silent'))
  const waiting = await open(JSON.stringify(others))
  const answer = (await readEvents(oldest, (text) => text.includes('later'))).at(-1)
  const message = `${most} later requests wait for an answer, too`
  expect(JSON.parse(answer?.data ?? '')).toMatchObject({ id: -1, error: { message } })
  expect((await post(JSON.stringify(ask(most, 'pid')))).answer).toContain('"pid"')
  waiting.destroy()
  const { of } = await recorded()
  const told = of('frame').filter(({ method }) => method === null)
  expect(told.filter(({ requestId }) => requestId === '-1')).toHaveLength(1)
})
