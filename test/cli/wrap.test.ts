import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { beforeEach, expect, test } from 'vitest'
import { temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

const memory = resolve('node_modules/@modelcontextprotocol/server-memory/dist/index.js')
let folder: string
let file: string
let before: string

beforeEach(() => {
  folder = temporaryFolder()
  file = join(folder, 'claude_desktop_config.json')
  const memoryFile = JSON.stringify(join(folder, 'memory.jsonl'))
  before = `{ // mine\n  "mcpServers": {\n    "memory": { "command": "${process.execPath}", "args": ["${memory}"], "env": { "MEMORY_FILE_PATH": ${memoryFile} } },\n  }\n}\n`
  writeFileSync(file, before, { mode: 0o600 })
})

const env = () => ({ CALLTRAIL_HOME: join(folder, 'home') })

test('a wrapped entry starts the same server, and what the client does with it is recorded', async () => {
  const wrapped = await runHere(['wrap', file], { env: env() })
  expect(wrapped).toMatchObject({ code: 0, stderr: '' })
  expect(wrapped.stdout).toContain('memory  is recorded now')
  const text = readFileSync(file, 'utf8')
    .replace('// mine', '')
    .replace(/,\n {2}\}/, '\n  }')
  const { command, args, env: own } = JSON.parse(text).mcpServers.memory
  const client = new Client({ name: 'desktop', version: '1' })
  await client.connect(new StdioClientTransport({ command, args, env: own, stderr: 'ignore' }))
  await client.callTool({ name: 'read_graph', arguments: {} })
  await client.close()
  const { chains } = JSON.parse((await runHere(['chains', '--json'], { env: env() })).stdout)
  expect(chains).toMatchObject([{ tools: ['memory/read_graph'], clients: ['desktop/1'] }])
})

test('undo restores the file to the byte, and leaves nothing behind', async () => {
  await runHere(['wrap', file], { env: env() })
  expect(readFileSync(file, 'utf8')).not.toBe(before)
  expect(readdirSync(folder).filter((name) => name.endsWith('.calltrail-backup'))).toHaveLength(1)
  for (const name of readdirSync(folder))
    if (name.includes('config')) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  const undone = await runHere(['wrap', file, '--undo'], { env: env() })
  expect(undone.stdout).toContain('byte for byte')
  expect(readFileSync(file, 'utf8')).toBe(before)
  expect(readdirSync(folder)).toEqual(['claude_desktop_config.json'])
  expect((await runHere(['wrap', file, '--undo'], { env: env() })).stdout).toContain(
    'no server in it is recorded',
  )
})

test('undo of a file that was changed since takes the recorder out and keeps the change', async () => {
  await runHere(['wrap', file], { env: env() })
  writeFileSync(file, readFileSync(file, 'utf8').replace('// mine', '// changed'))
  const { stdout } = await runHere(['wrap', file, '--undo'], { env: env() })
  expect(stdout).toContain('it was changed since')
  expect(readFileSync(file, 'utf8')).toBe(before.replace('// mine', '// changed'))
})

test('a link to the file stays a link', async () => {
  mkdirSync(join(folder, 'links'))
  const link = join(folder, 'links', 'config.json')
  symlinkSync(file, link)
  expect((await runHere(['wrap', link], { env: env() })).code).toBe(0)
  expect(readFileSync(file, 'utf8')).toContain('record')
  expect(readdirSync(join(folder, 'links'))).toEqual(['config.json'])
})

test('a remote server is not wrapped, and it is said how it is recorded', async () => {
  writeFileSync(file, '{"mcpServers":{"far away":{"url":"https://x.example"}}}')
  const { code, stdout } = await runHere(['wrap', file], { env: env() })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^remote .* gateway$/m)
  expect(stdout).toContain('http://127.0.0.1:4319/mcp/far%20away as its url')
})

test('what cannot be wrapped is told, and nothing is touched', async () => {
  const told = async (text: string | Buffer) => {
    writeFileSync(file, text)
    const { code, stderr } = await runHere(['wrap', file], { env: env() })
    expect(readFileSync(file).equals(Buffer.from(text))).toBe(true)
    return [code, stderr]
  }
  expect(await told('{ "mcpServers": [ }')).toEqual([2, expect.stringMatching(/config\.json:1:\d+/)])
  expect(await told('{}')).toEqual([2, expect.stringContaining('has no servers')])
  const latin1 = Buffer.from('{"mcpServers":{"a":{"command":"caf\xe9"}}}', 'latin1')
  expect(await told(latin1)).toEqual([2, expect.stringContaining('is not UTF-8')])
  expect(await runHere(['wrap', join(folder, 'claude_desktop_confg.json')])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('claude_desktop_config.json'),
  })
})
