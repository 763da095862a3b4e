import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect, test } from 'vitest'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { startHttpServer } from '../tools/http-server.ts'
import { fixture } from '../tools/servers.ts'
import { program, start, temporaryFolder } from './calltrail.ts'

/** A home whose journal is full, with more to configure. */
function fullHome(config: object) {
  const folder = temporaryFolder()
  const journal = { maxMegabytes: 0.000_001, strict: true }
  writeFileSync(join(folder, 'calltrail.yaml'), JSON.stringify({ journal, ...config }))
  mkdirSync(join(folder, 'home'), { mode: 0o700 })
  return { folder, env: { CALLTRAIL_HOME: join(folder, 'home') } }
}

const refused = /journal\.strict lets no such call pass: the journal may have 0\.000001 MB/

test('record refuses a call that it cannot record, where that is wanted, and passes everything else', async () => {
  const { folder, env } = fullHome({})
  const { command, args } = fixture('workbench.mjs')
  const client = new Client({ name: 'c', version: '1' })
  const transport = {
    command: process.execPath,
    args: [program, 'record', '--', command, ...args],
    cwd: folder,
  }
  await client.connect(
    new StdioClientTransport({
      ...transport,
      env: { ...env, PATH: process.env.PATH ?? '' },
      stderr: 'ignore',
    }),
  )
  expect((await client.listTools()).tools.length).toBeGreaterThan(3)
  await expect(client.callTool({ name: 'echo', arguments: {} })).rejects.toThrow(refused)
  await client.close()
})

test('the gateway refuses model requests and calls in the terms of each, and they do not reach the other side', async () => {
  const [provider, remote] = [await startOpenAiServer(() => ({ text: 'Hello.' })), await startHttpServer()]
  const { command, args, cwd } = fixture('workbench.mjs')
  const url = remote.definition.transport === 'http' ? remote.definition.url : ''
  const mcpServers = { remote: { url }, bench: { command, args, cwd } }
  const toolsets = { all: { servers: ['bench'] } }
  const { folder, env } = fullHome({
    ...{ mcpServers, toolsets, upstreams: { openai: provider.url }, gateway: { toolset: 'all' } },
  })
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('all as full')) await once(child.stderr, 'data')
  const base = /http:\S+?(?=\/openai)/.exec(said)?.[0]
  const asked = await fetch(`${base}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${testKey}` },
    body: JSON.stringify({ model: 'gpt-x', messages: [{ role: 'user', content: 'Hi' }] }),
  })
  expect([asked.status, await asked.text()]).toEqual([503, expect.stringMatching(refused)])
  expect(provider.requests).toEqual([])
  for (const [path, tool] of [
    ['mcp/remote', 'greet'],
    ['mcp/bench', 'echo'],
    ['mcp', 'bench__echo'],
  ]) {
    const client = new Client({ name: 'c', version: '1' })
    await client.connect(new StreamableHTTPClientTransport(new URL(`${base}/${path}`)))
    expect((await client.listTools()).tools.length, path).toBeGreaterThan(0)
    await expect(client.callTool({ name: tool ?? '', arguments: {} }), path).rejects.toThrow(refused)
    await client.close()
  }
  child.kill('SIGTERM')
  await ended
  await Promise.all([provider.close(), remote.stop()])
})
