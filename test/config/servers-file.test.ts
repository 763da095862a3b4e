// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how these files write their variables
import { describe, expect, test } from 'vitest'
import { defineServers, readServersFile, serverNames } from '../../src/config/servers-file.ts'
import { complaints, folderWith } from './files.ts'

async function define(text: string, names: string[], variables = {}) {
  const folder = await folderWith({ 'mcp.json': text })
  return defineServers(await readServersFile('mcp.json', folder), names, variables)
}

const failing = (text: string, names: string[], variables = {}) =>
  complaints(() => define(text, names, variables))

describe('an mcpServers file', () => {
  test('as Claude writes it, with keys of other programs, comments and trailing commas', async () => {
    const text = `{
  // mine
  "globalShortcut": "",
  "mcpServers": {
    "files": { "command": "node", "args": ["a.js"], "env": { "A": "1" }, "disabled": false, },
    "remote": { "type": "http", "url": "https://mcp.example/mcp", "headers": { "X-Team": "a" } },
  },
}`
    const [files, remote] = await define(text, ['files', 'remote'])
    expect(files).toEqual({
      transport: 'stdio',
      name: 'files',
      command: 'node',
      args: ['a.js'],
      env: { A: '1' },
      cwd: expect.stringMatching(/^\/.*calltrail-config-\w+$/),
      location: { file: 'mcp.json', line: 5, column: 5 },
    })
    expect(remote).toMatchObject({
      transport: 'http',
      url: 'https://mcp.example/mcp',
      headers: { 'X-Team': 'a' },
    })
  })

  test('as VS Code writes it', async () => {
    const text = '{ "inputs": [], "servers": { "a": { "type": "stdio", "command": "x", "cwd": "sub" } } }'
    const [server] = await define(text, ['a'])
    expect(server).toMatchObject({ command: 'x', cwd: expect.stringMatching(/\/sub$/) })
  })

  test('names its servers even if one of them is wrong', async () => {
    const folder = await folderWith({ 'mcp.json': '{ "mcpServers": { "a": {}, "b": { "command": "x" } } }' })
    const entries = await readServersFile('mcp.json', folder)
    expect(serverNames(entries)).toEqual(['a', 'b'])
    expect(defineServers(entries, ['b'])).toHaveLength(1)
  })
})

describe('variables', () => {
  const text = (value: string) =>
    `{ "mcpServers": { "a": { "command": "x", "args": [${JSON.stringify(value)}] } } }`
  const expanded = async (value: string, variables = {}) => {
    const [server] = await define(text(value), ['a'], variables)
    return server?.transport === 'stdio' ? server.args[0] : undefined
  }

  test('are expanded as Claude Code, VS Code and Cursor do', async () => {
    expect(await expanded('${A}/${B:-b}/${env:A}', { A: 'one' })).toBe('one/b/one')
    expect(await expanded('${A:-default}', { A: 'one' })).toBe('one')
    expect(await expanded('$A {A} $')).toBe('$A {A} $')
  })

  test('of the workspace are left to each run', async () => {
    const kept = '${CALLTRAIL_WORKSPACE:-./workspace}:${CALLTRAIL_WORKSPACE}'
    expect(await expanded(kept, { CALLTRAIL_WORKSPACE: 'no' })).toBe(kept)
  })

  test('that are not set are named, all of them, and no value is shown', async () => {
    const file = `{ "mcpServers": {
  "a": { "command": "x", "args": ["\${ONE}"], "env": { "K": "\${SECRET}\${TWO}" } },
  "b": { "url": "https://\${HOST}/mcp" }
} }`
    expect(await failing(file, ['a', 'b'], { SECRET: 's3cret' })).toEqual([
      'mcp.json:2:35  mcpServers.a.args[0]: the variable ONE is not set',
      'set it, or write ${ONE:-default}',
      'mcp.json:2:60  mcpServers.a.env.K: the variable TWO is not set',
      'set it, or write ${TWO:-default}',
      'mcp.json:3:17  mcpServers.b.url: the variable HOST is not set',
      'set it, or write ${HOST:-default}',
    ])
  })

  test('of editors that nobody can expand here are mistakes', async () => {
    expect(await failing(text('${input:token}'), ['a'])).toEqual([
      'mcp.json:1:51  mcpServers.a.args[0]: ${input:token} cannot be expanded here',
      'expected ${VAR} or ${VAR:-default}',
    ])
  })
})

describe('what is wrong with an mcpServers file is said with its place', () => {
  test.for<[fact: string, text: string, lines: string[]]>([
    ['broken JSON', '{\n  "mcpServers": { "a" }\n}', ['mcp.json:2:23  colon expected']],
    ['an empty file', '', ['mcp.json:1:1  the file is empty']],
    [
      'no servers',
      '{ "mcpServer": {} }',
      ['mcp.json:1:1  no "mcpServers" here, nor "servers" as VS Code writes it'],
    ],
    ['a list', '[]', ['mcp.json:1:1  expected a mapping, found a list']],
    [
      'a server twice',
      '{ "mcpServers": {\n  "a": { "command": "x" },\n  "a": { "command": "y" } } }',
      ['mcp.json:3:3  the key "a" is there twice'],
    ],
    [
      'neither command nor url',
      '{ "mcpServers": { "a": { "comand": "x" } } }',
      ['mcp.json:1:19  mcpServers.a: expected a "command" (stdio) or a "url" (http)', 'found: "comand"'],
    ],
    [
      'arguments that are no list',
      '{ "mcpServers": { "a": { "command": "x", "args": "y" } } }',
      ['mcp.json:1:50  mcpServers.a.args: expected a list, found text'],
    ],
    [
      'a transport that there is not',
      '{ "mcpServers": { "a": { "type": "sse", "url": "https://a.example" } } }',
      ['mcp.json:1:34  mcpServers.a.type: expected http | streamable-http | streamableHttp, found "sse"'],
    ],
    [
      'an address that is none',
      '{ "mcpServers": { "a": { "url": "ftp://a.example" } } }',
      ['mcp.json:1:33  mcpServers.a.url: expected an http or https address'],
    ],
    [
      'a server that is not there',
      '{ "mcpServers": { "aa": { "command": "x" } } }',
      ['no server "a" in mcpServers', 'there are: aa'],
    ],
  ])('%s', async ([, text, lines]) => {
    expect(await failing(text, ['a'])).toEqual(lines)
  })
})
