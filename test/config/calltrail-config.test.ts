import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { defineServers, serverNames } from '../../src/config/servers-file.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import { complaints, folderWith } from './files.ts'

const text = `mcpServers: servers/mcp.json
toolsets:
  office:
    servers: [files]
    workspace: servers
    curated: [files/read]
identity: { user: ana@example.com, role: engineer, env: test, groups: [dev] }
`
const servers = '{ "mcpServers": { "files": { "command": "node" } } }'

describe('calltrail.yaml', () => {
  test('is found in a folder above, and its paths are relative to it', async () => {
    const folder = await folderWith({ 'calltrail.yaml': text, 'servers/mcp.json': servers })
    const deep = join(folder, 'a', 'b')
    await mkdir(deep, { recursive: true })
    const config = await loadConfig(undefined, deep)
    expect(config).toMatchObject({ cwd: deep, file: join(folder, 'calltrail.yaml') })
    expect(serverNames(config.servers)).toEqual(['files'])
    expect(config.toolsets).toMatchObject([
      { name: 'office', servers: ['files'], workspace: join(folder, 'servers'), curated: ['files/read'] },
    ])
    expect(config.toolsets[0]?.location).toMatchObject({ line: 4, column: 5 })
  })

  test('says on whose behalf calls are made, which is then configured, not verified', async () => {
    const folder = await folderWith({ 'calltrail.yaml': text, 'servers/mcp.json': servers })
    const { identity } = await loadConfig('calltrail.yaml', folder)
    expect(identity).toEqual({
      ...unknownIdentity,
      user: { value: 'ana@example.com', source: 'configured' },
      groups: { value: ['dev'], source: 'configured' },
      role: { value: 'engineer', source: 'configured' },
      env: { value: 'test', source: 'configured' },
    })
  })

  test('says where the gateway goes on to; the providers are asked where it does not', async () => {
    const folder = await folderWith({ 'c.yaml': 'upstreams: { gemini: http://127.0.0.1:9 }\n' })
    const { upstreams } = await loadConfig('c.yaml', folder)
    expect(upstreams).toEqual({
      openai: 'https://api.openai.com',
      anthropic: 'https://api.anthropic.com',
      gemini: 'http://127.0.0.1:9',
    })
    expect((await loadConfig(undefined, '/')).upstreams.gemini).toBe(
      'https://generativelanguage.googleapis.com',
    )
  })

  test('may hold its servers itself', async () => {
    const folder = await folderWith({ 'c.yaml': 'mcpServers:\n  files: { command: node, args: [a.js] }\n' })
    const config = await loadConfig('c.yaml', folder)
    expect(defineServers(config.servers, ['files'])).toMatchObject([
      { command: 'node', args: ['a.js'], cwd: folder, location: { file: 'c.yaml', line: 2, column: 3 } },
    ])
  })

  test('need not be there', async () => {
    const folder = await folderWith({})
    const config = await loadConfig(undefined, folder)
    expect(config).toMatchObject({ file: null, toolsets: [], identity: unknownIdentity })
    expect(serverNames(config.servers)).toEqual([])
  })
})

describe('what is wrong with calltrail.yaml is said with its place', () => {
  test.for<[fact: string, text: string, lines: string[]]>([
    [
      'an unknown section',
      'toolset: {}\n',
      ['calltrail.yaml:1:1  unknown key "toolset"', 'nearest: toolsets'],
    ],
    [
      'an unknown server, a curated tool of another server, a workspace that is not there',
      'mcpServers: { files: { command: node } }\ntoolsets:\n  a:\n    servers: [file]\n    curated: [fils/read]\n',
      [
        'calltrail.yaml:4:15  toolsets.a.servers[0]: no server "file" in mcpServers',
        'nearest: files',
        'calltrail.yaml:5:15  toolsets.a.curated[0]: "fils" is not a server of this toolset',
        'nearest: file',
      ],
    ],
    [
      'an mcpServers file that is not there',
      'mcpServers: servers/mpc.json\n',
      ['calltrail.yaml:1:13  mcpServers: no such file: servers/mpc.json', 'did you mean mcp.json?'],
    ],
    [
      'embeddings of no provider',
      'embeddings: word2vec\n',
      [
        'calltrail.yaml:1:13  embeddings: expected openai:MODEL, as openai:text-embedding-3-small, found "word2vec"',
      ],
    ],
    [
      'a claim that is no text',
      'identity: { user: 7 }\n',
      ['calltrail.yaml:1:19  identity.user: expected text, found the number 7', 'put it in quotes: "7"'],
    ],
  ])('%s', async ([, broken, lines]) => {
    const folder = await folderWith({ 'calltrail.yaml': broken, 'servers/mcp.json': servers })
    expect(await complaints(() => loadConfig(undefined, folder))).toEqual(lines)
  })

  test('a workspace that is not there', async () => {
    const broken =
      'mcpServers: { files: { command: node } }\ntoolsets:\n  a: { servers: [files], workspace: gone }\n'
    const folder = await folderWith({ 'calltrail.yaml': broken })
    expect(await complaints(() => loadConfig(undefined, folder))).toEqual([
      `calltrail.yaml:3:37  toolsets.a.workspace: no such folder: ${join(folder, 'gone')}`,
    ])
  })

  test('a file that was asked for and is not there', async () => {
    const folder = await folderWith({ 'calltrail.yaml': text })
    expect(await complaints(() => loadConfig('calltrial.yaml', folder))).toEqual([
      'no such file: calltrial.yaml',
      'did you mean calltrail.yaml?',
    ])
  })
})

describe('retention', () => {
  const retentionOf = async (written: string) =>
    (await loadConfig(undefined, await folderWith({ 'calltrail.yaml': `retention: ${written}\n` }))).retention

  test('is a number of days for each kind of rows; what is not named is kept', async () => {
    expect(await retentionOf('{ spans: 90d, evaluations: 2y, rollups: 26w }')).toEqual({
      ...{ spans: 90, evaluations: 730, rollups: 182 },
    })
  })

  test.each(['{ spans: 90 }', '{ spans: 0d }', '{ spans: soon }', '{ spans: 99y }', '{ entries: 90d }'])(
    'that is none: %s',
    async (written) => {
      expect(await complaints(() => retentionOf(written))).not.toEqual([])
    },
  )
})
