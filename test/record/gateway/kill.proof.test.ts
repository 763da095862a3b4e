import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, test } from 'vitest'
import { runModule } from '../../journal/child-process.ts'
import { temporaryHome } from '../../journal/temporary-home.ts'
import { expectRecorded } from '../answered-calls.ts'
import { accept, beginSession, type Headers, modern, send } from './stdio-bridge/raw-client.ts'

// More kills than a test should take: npm run kills. They are shared between what the gateway may have behind it.
const kills = Math.ceil(Number(process.env.CALLTRAIL_KILLS ?? 4) / 2)
const gatewayModule = join(import.meta.dirname, 'gateway-process.ts')
const answerTo = (id: number | string) => `{"jsonrpc":"2.0","id":${id},"result":{"content":[]}}`
const anyAnswer = /"id":(\d+),"result":\{"content":\[\]\}\}/
const stdioServer = `
  const welcome = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'echo', version: '1' } }
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line)
    const result = method === 'initialize' ? welcome : { content: [] }
    if (id !== undefined) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n')
  })`

/** Answers every second call by an event. */
const upstream = createServer(async (request, response) => {
  const { id } = JSON.parse(await text(request))
  const isEvent = id % 2 === 0
  response.writeHead(200, { 'content-type': isEvent ? 'text/event-stream' : 'application/json' })
  response.end(isEvent ? `data: ${answerTo(id)}\n\n` : answerTo(id))
})
beforeAll(async () => {
  upstream.listen(0, '127.0.0.1')
  await once(upstream, 'listening')
})
afterAll(() => {
  upstream.closeAllConnections()
  upstream.close()
})

/** How a client speaks to what is behind the gateway; gives the headers and the body of each call. */
type Calling = (url: string) => Promise<(id: number) => { readonly body: string; readonly headers: Headers }>

const params = { name: 'echo', arguments: {} }
const bodyOf = (id: number) => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params })
const withoutSession: Calling = async () => (id) => ({ body: bodyOf(id), headers: {} })
const inSession: Calling = async (url) => {
  const { session } = await beginSession(url)
  return (id) => ({ body: bodyOf(id), headers: session })
}
const stateless: Calling = async () => (id) => modern(id, 'tools/call', params)

/** Calls as fast as answers come, 32 at once, until the gateway is killed by one of them; the ids whose answers arrived. */
async function callUntilKilled(home: string, server: string, calling: Calling): Promise<readonly number[]> {
  const remote = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/mcp`
  const { child, closed } = runModule(gatewayModule, [home, remote, process.execPath, '-e', stdioServer])
  const [port] = await once(child.stdout, 'data')
  const url = `http://127.0.0.1:${Number(port)}/mcp/${server}`
  const messageOf = await calling(url)
  const answered: number[] = []
  const last = Math.random() * 200
  let next = 0

  async function call(): Promise<void> {
    const { body, headers } = messageOf(next++)
    const response = await send(url, 'POST', { ...accept, ...headers }, body)
    let told = ''
    let id: string | undefined
    for await (const chunk of response) {
      told += chunk
      if (id !== undefined) continue
      id = anyAnswer.exec(told)?.[1]
      if (id !== undefined) answered.push(Number(id))
      if (answered.length > last) child.kill('SIGKILL')
    }
  }

  const clients = Array.from({ length: 32 }, async () => {
    while (!child.killed) await call().catch(() => undefined)
  })
  await Promise.all([closed, ...clients])
  return answered
}

test.for<{ behind: string; server: string; ways: readonly Calling[] }>([
  { behind: 'HTTP', server: 'remote', ways: [withoutSession] },
  { behind: 'stdio', server: 'local', ways: [inSession, stateless] },
])(
  'killed under load before a server over $behind, the journal has every call whose answer reached the client',
  { timeout: 20_000 + kills * 4_000 },
  async ({ server, ways }) => {
    for (let kill = 0; kill < kills; kill++) {
      const home = temporaryHome()
      const answered = await callUntilKilled(home.path, server, ways[kill % ways.length] ?? withoutSession)
      await expectRecorded(home, answered)
    }
  },
)
