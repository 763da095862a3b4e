import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { loadSuites } from '../../src/config/suites.ts'
import { complaints, folderWith } from './files.ts'

const cassette = {
  cassette: 1,
  servers: {
    bench: [{ id: 'a1', version: null, tools: [{ name: 'echo', inputSchema: { type: 'object' } }] }],
  },
  cases: {
    port: {
      chain: 'c1',
      recorded: '2026-11-20 02:14:07 UTC',
      servers: { bench: 'a1' },
      calls: [{ tool: 'bench/echo', arguments: {}, result: { content: [{ type: 'text', text: 'hi' }] } }],
    },
  },
}
const text = JSON.stringify(cassette, null, 1)

const suite = (toolset: string, id = 'port') => `suite: incidents
toolset: ${toolset}
cases:
  - id: ${id}
    prompt: Which port?
    expect: { calls: [] }
`
const own = '{ cassette: x.json }'

async function load(files: Readonly<Record<string, string>>) {
  const folder = await folderWith({ 'x.yaml': suite(own), 'x.json': text, ...files })
  return loadSuites(['x.yaml'], await loadConfig(undefined, folder))
}

describe('a suite that is played from a cassette', () => {
  test('has no servers, and each case its recording', async () => {
    const [loaded] = await load({})
    expect(loaded?.toolset).toMatchObject({ servers: [], cassette: { file: 'x.json', miss: 'fail' } })
    const [port] = loaded?.cases ?? []
    expect(port).toMatchObject({
      draft: false,
      recording: {
        snapshots: [{ server: 'bench', id: 'a1' }],
        calls: [{ tool: 'bench/echo', answer: { content: [{ text: 'hi' }], isError: false } }],
      },
    })
  })

  test('is another truth when another thing was recorded', async () => {
    const [before] = await load({})
    const [after] = await load({ 'x.json': text.replace('"hi"', '"ho"') })
    expect(after?.hash).not.toBe(before?.hash)
  })

  test('needs the servers where its misses go to them', async () => {
    const live = { 'x.yaml': suite('{ cassette: x.json, miss: live }') }
    expect(await complaints(() => load(live))).toContain(
      'x.yaml:2:10  toolset.servers[0]: no server "bench" in mcpServers',
    )
    const servers = { 'calltrail.yaml': 'mcpServers: { bench: { command: x } }\n' }
    const [loaded] = await load({ ...live, ...servers })
    expect(loaded?.toolset).toMatchObject({ servers: ['bench'], cassette: { miss: 'live' } })
  })

  test('is refused with the place of what is wrong', async () => {
    const said = async (files: Readonly<Record<string, string>>) => (await complaints(() => load(files)))[0]
    expect(await said({ 'x.yaml': suite('{ cassette: y.json }') })).toBe('no such file: y.json')
    expect(await said({ 'x.yaml': suite(own, 'prot') })).toBe(
      'x.yaml:4:9  cases[0].id: nothing was recorded for "prot" in x.json',
    )
    const both =
      'expected servers, and a workspace if they want one, or a cassette, and what happens on a miss'
    for (const toolset of ['{ cassette: x.json, servers: [bench] }', '{ miss: live }', '{}'])
      expect(await said({ 'x.yaml': suite(toolset) })).toBe(`x.yaml:2:10  toolset: ${both}`)
    expect(await said({ 'x.yaml': suite('{ cassette: x.json, miss: lives }') })).toBe(
      'x.yaml:2:36  toolset.miss: expected fail | live, found "lives"',
    )
    expect(await said({ 'x.yaml': suite('{ cassette: x.json, curated: [gone/tool] }') })).toBe(
      'x.yaml:2:40  toolset.curated[0]: "gone" is not a server of this toolset',
    )
  })
})

describe('a broken cassette', () => {
  const at = (part: string) => {
    const before = text.slice(0, text.indexOf(part)).split('\n')
    return `x.json:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
  }
  const said = async (from: string, to: string) =>
    (await complaints(() => load({ 'x.json': text.replace(from, to) })))[0]

  test('is told by line and column, as a suite is', async () => {
    expect(await said('"cases": {', '"cases": ')).toMatch(/^x\.json:\d+:\d+ {2}/)
    expect(await said('"a1",\n', '"a2",\n')).toBe(
      `${at('"a1"\n')}  cases.port.servers.bench: no snapshot "a1" of the server bench`,
    )
    expect(await said('"bench/echo"', '"bench"')).toBe(
      `${at('"bench/echo"')}  cases.port.calls[0].tool: expected server/tool, found "bench"`,
    )
    expect(await said('"bench/echo"', '"bank/echo"')).toBe(
      `${at('"bench/echo"')}  cases.port.calls[0].tool: the case has no server "bank"`,
    )
    expect(await said('"cases"', '"case": {}, "cases"')).toContain('unknown key "case"')
    expect(await said('"result"', '"rezult"')).toContain(
      'cases.port.calls[0]: expected a result or a failure, and one of them alone',
    )
    expect(await said('"type": "text"', '"typ": "text"')).toContain(
      'cases.port.calls[0].result.content[0]: expected a content block, an object with a type',
    )
    expect(await said('"arguments": {}', '"arguments": { "n": 1e400 }')).toContain(
      'cases.port.calls[0].arguments: a number in it is too large',
    )
    expect(await said('"type": "text"', '"type": "text", "n": 1e400')).toContain(
      'cases.port.calls[0].result.content[0]: a number in it is too large',
    )
    expect(await said('"cassette": 1', '"cassette": 2')).toContain('cassette: expected 1')
  })
})
