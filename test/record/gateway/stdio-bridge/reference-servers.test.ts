import { realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { describe, expect, test, vi } from 'vitest'
import { temporaryFolder } from '../../../cli/calltrail.ts'
import { fixture, reference } from '../../../tools/servers.ts'
import { openBridge, textOf, version1, version2, type Way } from './clients.ts'

const folder = () => realpathSync(temporaryFolder())
const memory = () => reference('memory', [], { MEMORY_FILE_PATH: join(folder(), 'memory.jsonl') })
const everything = reference('everything')

async function useFiles(way: Way, path: string, connect: typeof version1 | typeof version2) {
  const { client } = await connect(way)
  return [
    await client.listTools(),
    await client.callTool({ name: 'read_text_file', arguments: { path } }),
    await client.callTool({ name: 'read_text_file', arguments: { path: '/etc/passwd' } }),
    client.getServerVersion(),
    client.getServerCapabilities(),
  ]
}

async function useMemory(way: Way, connect: typeof version1 | typeof version2) {
  const { client } = await connect(way)
  const entities = [{ name: 'Ana', entityType: 'person', observations: ['likes 1.0'] }]
  return [
    await client.callTool({ name: 'create_entities', arguments: { entities } }),
    await client.callTool({ name: 'read_graph', arguments: {} }),
  ]
}

async function useEverything(way: Way) {
  const { client } = await version1(way)
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => ({
    model: 'test-model',
    role: 'assistant' as const,
    content: { type: 'text' as const, text: `sampled: ${JSON.stringify(params.messages)}` },
  }))
  client.setRequestHandler(ElicitRequestSchema, () => ({
    action: 'accept' as const,
    content: { name: 'Ana', check: true },
  }))
  let rootsAsked = 0
  client.setRequestHandler(ListRootsRequestSchema, () => {
    rootsAsked += 1
    return { roots: [{ uri: 'file:///srv', name: 'srv' }] }
  })
  await vi.waitFor(() => expect(rootsAsked).toBeGreaterThan(0), 5_000)
  await vi.waitFor(async () => {
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('get-roots-list')
  }, 5_000)
  const progress: unknown[] = []
  const call = (name: string, args = {}) => client.callTool({ name, arguments: args })
  const long = await client.callTool(
    { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } },
    undefined,
    { onprogress: (each) => progress.push(each) },
  )
  return {
    ...{ long, progress },
    tools: (await client.listTools()).tools,
    echoed: await call('echo', { message: 'é\u2028\n' }),
    sampled: textOf(await call('trigger-sampling-request', { prompt: 'Say it', maxTokens: 5 })),
    elicited: textOf(await call('trigger-elicitation-request')),
    roots: await call('get-roots-list'),
    prompts: await client.listPrompts(),
    resources: await client.listResources(),
    subscribed: await client.subscribeResource({ uri: 'demo://resource/dynamic/text/1' }),
  }
}

describe('a stdio server behind the gateway answers as it does itself', () => {
  for (const connect of [version1, version2])
    test(`files and memory, to the client of ${connect.name}`, async () => {
      const place = folder()
      const filesystem = reference('filesystem', [place])
      const note = join(place, 'note.txt')
      writeFileSync(note, 'a note\n')
      const files = await openBridge(filesystem)
      expect(await useFiles(files.url, note, connect)).toEqual(await useFiles(filesystem, note, connect))
      const remembered = await openBridge(memory())
      expect(await useMemory(remembered.url, connect)).toEqual(await useMemory(memory(), connect))
      const { of } = await files.recorded()
      expect(of('tool_request').map(({ tool }) => tool)).toEqual([
        'filesystem/read_text_file',
        'filesystem/read_text_file',
      ])
      expect(of('tool_result').map(({ outcome }) => outcome.layer)).toEqual(['ok', 'tool'])
      expect(of('tool_definitions')).toMatchObject([{ server: 'filesystem' }])
    })

  test('progress, sampling, elicitation and roots', async () => {
    const { url, recorded } = await openBridge(everything)
    const through = await useEverything(url)
    // How much progress a client sees before the result is a race within the client.
    const progress = expect.arrayContaining(through.progress.slice(0, 1))
    expect(await useEverything(everything)).toEqual({ ...through, progress })
    expect(through.progress).toHaveLength(3)
    expect(through.sampled).toContain('sampled: ')
    expect(through.elicited).toContain('Ana')
    expect(JSON.stringify(through.roots)).toContain('file:///srv')
    const { of } = await recorded()
    expect(of('session_opened')).toMatchObject([
      { type: 'http', server: 'everything', identity: { client: { value: 'v1/1' } } },
    ])
    expect(of('frame').map(({ method, direction }) => `${method} ${direction}`)).toEqual(
      expect.arrayContaining(['sampling/createMessage to client', 'roots/list to client']),
    )
  })

  for (const connect of [version1, (way: Way) => version2(way, 'legacy')])
    test('a call that a client cancels is cancelled in the server, and the session goes on', async () => {
      const { url, recorded } = await openBridge(fixture('workbench.mjs'))
      const { client } = await connect(url)
      const abort = new AbortController()
      const wait = { name: 'wait', arguments: {} }
      const waiting =
        client instanceof Client
          ? client.callTool(wait, undefined, { signal: abort.signal })
          : client.callTool(wait, { signal: abort.signal })
      setTimeout(() => abort.abort(), 300)
      await expect(waiting).rejects.toThrow()
      await vi.waitFor(async () =>
        expect(textOf(await client.callTool({ name: 'cancelled', arguments: {} }))).toBe('1'),
      )
      const { of } = await recorded()
      const { span } = of('tool_request').find(({ tool }) => tool === 'bench/wait') ?? {}
      expect(of('tool_result').find((result) => result.span === span)?.outcome.layer).toBe('cancelled')
    })

  test('what a resource does is told to who subscribed', async () => {
    const { url } = await openBridge(everything)
    const { client } = await version1(url)
    const updates: unknown[] = []
    client.fallbackNotificationHandler = async (notification) => void updates.push(notification.params)
    await client.subscribeResource({ uri: 'demo://resource/dynamic/text/1' })
    await client.callTool({ name: 'toggle-subscriber-updates', arguments: {} })
    await vi.waitFor(() => expect(updates).toContainEqual({ uri: 'demo://resource/dynamic/text/1' }), 8_000)
  })
})
