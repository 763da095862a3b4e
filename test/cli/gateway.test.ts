import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { GoogleGenAI } from '@google/genai'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import OpenAI from 'openai'
import { expect, test, vi } from 'vitest'
import { startGeminiServer } from '../fixtures/providers/gemini-server.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { expectGone } from '../tools/processes.ts'
import { fixture } from '../tools/servers.ts'
import { run, start, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

test('clients that are given the base URL alone are recorded, and their chains read back', async () => {
  const folder = temporaryFolder()
  const calls = [{ id: 'call_1', name: 'files__read', arguments: '{"path":"config.yaml"}' }]
  const provider = await startOpenAiServer(() => ({ calls }))
  const google = await startGeminiServer(() => ({ calls }))
  writeFileSync(
    join(folder, 'calltrail.yaml'),
    `identity: { user: ana }\nupstreams: { openai: "${provider.url}", gemini: "${google.url}" }\n`,
  )
  const env = { CALLTRAIL_HOME: join(folder, 'home') }
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('GOOGLE_GEMINI_BASE_URL')) await once(child.stderr, 'data')
  const [, baseURL = ''] = /OPENAI_BASE_URL=(\S+)/.exec(said) ?? []
  const client = new OpenAI({ apiKey: testKey, baseURL, maxRetries: 0 })
  await client.chat.completions.create({
    model: 'gpt-x',
    messages: [{ role: 'user', content: 'Which port?' }],
  })
  const [, googleUrl = ''] = /GOOGLE_GEMINI_BASE_URL=(\S+)/.exec(said) ?? []
  vi.stubEnv('GOOGLE_GEMINI_BASE_URL', googleUrl)
  const { models } = new GoogleGenAI({ apiKey: testKey })
  await models.generateContent({ model: 'gemini-x', contents: 'Which host?' })
  vi.unstubAllEnvs()
  child.kill('SIGTERM')
  expect(await ended).toMatchObject({ code: 0, stdout: '' })
  await Promise.all([provider.close(), google.close()])

  const { chains } = JSON.parse((await runHere(['chains', '--json'], { cwd: folder, env })).stdout)
  expect(chains).toHaveLength(2)
  expect(chains).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({ prompt: 'Which port?', models: ['gpt-x'], users: ['ana'] }),
      expect.objectContaining({ prompt: 'Which host?', models: ['gemini-x'], users: ['ana'] }),
    ]),
  )
  for (const { chain } of chains) {
    const tree = (await runHere(['chain', chain], { cwd: folder, env })).stdout
    expect(tree).toContain('decided files__read {"path":"config.yaml"}')
  }
})

test('a stdio server is served over HTTP, and ends with the gateway; who is not served is told', async () => {
  const folder = temporaryFolder()
  const { command, args, cwd } = fixture('workbench.mjs')
  const mcpServers = {
    bench: { command, args, cwd },
    secretive: { command, env: { TOKEN: 's3cr3t-of-the-server' } },
    homeless: { command, args: [`\${CALLTRAIL_WORKSPACE}`] },
  }
  writeFileSync(join(folder, 'calltrail.yaml'), JSON.stringify({ mcpServers }))
  const env = { CALLTRAIL_HOME: join(folder, 'home') }
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!/\/mcp\/bench\n/.test(said)) await once(child.stderr, 'data')
  const [url = ''] = /http:\S+\/mcp\/bench/.exec(said) ?? []
  const client = new Client({ name: 'c', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  const idle = new Client({ name: 'only listens', version: '1' })
  await idle.connect(new StreamableHTTPClientTransport(new URL(url)))
  idle.onerror = () => {}
  const { content } = await client.callTool({ name: 'pid', arguments: {} })
  const [pid] = (content as { text: string }[]).map(({ text }) => Number(text))
  await client.close()
  const locked = await fetch(url.replace('bench', 'secretive'), { method: 'POST', body: '{}' })
  expect(locked.status).toBe(401)
  const stopped = performance.now()
  child.kill('SIGTERM')
  const { code, stderr } = await ended
  expect(performance.now() - stopped, 'nobody waits for who only listens').toBeLessThan(4_500)
  await idle.close()
  expect(code).toBe(0)
  expect(stderr).toMatch(/secretive: send the token that \S+gateway-token holds/)
  expect(stderr).toMatch(/homeless is not served: .*CALLTRAIL_WORKSPACE/)
  expect(stderr).not.toContain('s3cr3t')
  await expectGone([pid ?? 0])
  const { chains } = JSON.parse((await runHere(['chains', '--json'], { cwd: folder, env })).stdout)
  expect(chains).toMatchObject([{ tools: ['bench/pid'] }])
})

test('a port in use, an upstream that is no address: which, and what to do', async () => {
  const folder = temporaryFolder()
  const env = { CALLTRAIL_HOME: join(folder, 'home') }
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  const inUse = await run(['gateway', '--port', String(port)], { cwd: folder, env })
  taken.close()
  expect(inUse).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/cannot listen on .*EADDRINUSE.*--port/),
  })
  writeFileSync(join(folder, 'calltrail.yaml'), 'upstreams:\n  openai: api.example\n')
  const wrong = await run(['gateway', '--port', '0'], { cwd: folder, env })
  expect(wrong).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/calltrail\.yaml:2:11 .*http or https/),
  })
})

test.for([
  [
    { toolset: 'teem' },
    /calltrail\.yaml:\d+:\d+ {2}gateway\.toolset: no toolset "teem" in calltrail\.yaml\n.*nearest: team/,
  ],
  [{ toolset: 'team', exposure: 'serch' }, /calltrail\.yaml:\d+:\d+ {2}there is no exposure serch\n.*search/],
  [{ exposure: 'search' }, /gateway\.exposure: there is no toolset/],
  [{ host: '0.0.0.0' }, /0\.0\.0\.0 is not loopback/],
] as const)('%j is no gateway, and where that stands is said', async ([gateway, expected]) => {
  const folder = temporaryFolder()
  const mcpServers = { bench: { command: 'node' } }
  const config = { mcpServers, toolsets: { team: { servers: ['bench'] } }, gateway }
  writeFileSync(join(folder, 'calltrail.yaml'), JSON.stringify(config))
  const env = { CALLTRAIL_HOME: join(folder, 'home') }
  const { code, stderr } = await run(['gateway', '--port', '0'], { cwd: folder, env })
  expect([code, stderr]).toEqual([2, expect.stringMatching(expected)])
})
