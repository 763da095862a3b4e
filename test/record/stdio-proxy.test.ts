import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect, onTestFinished, test } from 'vitest'
import type { Home } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { all } from '../contracts/journal.ts'
import { runModule } from '../journal/child-process.ts'
import { filesUnder, temporaryHome } from '../journal/temporary-home.ts'

const proxyModule = join(import.meta.dirname, 'proxy-process.ts')
const filesystemServer = join(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/server-filesystem/dist/index.js',
)

const proxied = (home: Home, ...command: readonly string[]) => runModule(proxyModule, [home.path, ...command])
const node = (script: string) => [process.execPath, '-e', script] as const

async function recorded(home: Home) {
  const reader = readJournal(home)
  const [state] = await reader.logs()
  const entries = state ? (await all(reader.entries(state.log, 0))).map(({ entry }) => entry) : []
  return { state, entries, kinds: entries.map(({ kind }) => kind) }
}

test('bytes pass unchanged in both directions, whatever they are, and so does the end of input', async () => {
  const home = temporaryHome()
  const { child, stdout, closed } = proxied(home, 'cat')
  const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index * 31) >> 3))
  const sent = Buffer.concat([
    Buffer.from('not json\r\n{"half":'),
    noise,
    Buffer.from('\n\n{"jsonrpc":"2.0"}'),
  ])
  child.stdin.end(sent)
  expect(await closed).toEqual({ code: 0, signal: null })
  expect(stdout().equals(sent)).toBe(true)
  const { kinds, state } = await recorded(home)
  expect(kinds[0]).toBe('session_opened')
  expect(kinds.at(-1)).toBe('session_closed')
  expect(state?.alive).toBe(false)
})

test.for([0, 7])('it ends with the code of its command: %i', async (code) => {
  const home = temporaryHome()
  const { closed, stderr } = proxied(home, ...node(`console.error('bye'); process.exitCode = ${code}`))
  expect(await closed).toEqual({ code, signal: null })
  expect(stderr()).toBe('bye\n')
  expect((await recorded(home)).entries.at(-1)?.data).toMatchObject({
    reason: code ? 'failed' : 'ended',
    exitCode: code,
  })
})

test('a signal reaches the command, and both end by it', async () => {
  const home = temporaryHome()
  const { child, closed } = proxied(home, ...node('process.stdout.write("up"); setInterval(() => {}, 1000)'))
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  expect(await closed).toEqual({ code: null, signal: 'SIGTERM' })
  expect((await recorded(home)).entries.at(-1)?.data).toMatchObject({
    reason: 'interrupted',
    signal: 'SIGTERM',
  })
})

test('a command that handles its signals decides how it ends', async () => {
  const script =
    'process.on("SIGINT", () => process.exit(5)); process.stdout.write("up"); setInterval(() => {}, 1000)'
  const { child, closed } = proxied(temporaryHome(), ...node(script))
  await once(child.stdout, 'data')
  child.kill('SIGINT')
  expect(await closed).toEqual({ code: 5, signal: null })
})

test('a folder is no command, which is said, and exit 126', async () => {
  const { closed, stderr } = proxied(temporaryHome(), tmpdir())
  expect(await closed).toEqual({ code: 126, signal: null })
  expect(stderr()).toBe(
    `cannot start ${tmpdir()}: it is a folder; give the command that starts the server, and the folder after it\n`,
  )
})

test('a command that is not there is one clear line, and exit 127', async () => {
  const home = temporaryHome()
  const { closed, stderr } = proxied(home, 'no-such-command-here')
  expect(await closed).toEqual({ code: 127, signal: null })
  expect(stderr()).toBe('cannot start no-such-command-here: there is no such command\n')
  expect((await recorded(home)).entries.at(-1)?.data).toMatchObject({ reason: 'failed', exitCode: 127 })
})

test('a client that has gone ends its server', async () => {
  const { child, closed } = proxied(temporaryHome(), ...node('setInterval(() => console.log("x"), 1)'))
  await once(child.stdout, 'data')
  child.stdout.destroy()
  child.stdin.end()
  expect((await closed).code).not.toBe(0)
})

test('a request is in the journal before the server has it, and a result before the client has it', async () => {
  const home = temporaryHome()
  const script = `
    const { readdirSync, readFileSync } = require('node:fs')
    process.stdin.once('data', () => {
      const [log] = readdirSync(process.argv[1])
      const segment = readFileSync(process.argv[1] + '/' + log + '/000000000000.jsonl', 'utf8')
      const text = segment.includes('"kind":"tool_request"') ? 'recorded' : 'missing'
      process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } }) + '\\n')
    })`
  const { child, stdout, closed } = proxied(home, ...node(script), home.journal)
  child.stdin.write('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}\n')
  await once(child.stdout, 'data')
  const { kinds } = await recorded(home)
  expect(kinds).toEqual(['session_opened', 'tool_request', 'tool_result'])
  expect(stdout().toString()).toContain('"recorded"')
  child.stdin.end()
  await closed
})

test('a recorder that is killed has recorded every call whose answer reached the client', async () => {
  const home = temporaryHome()
  const server = `
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const { id } = JSON.parse(line)
      process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } }) + '\\n')
    })`
  const { child, stdout, closed } = proxied(home, ...node(server))
  child.stdin.on('error', () => undefined)
  for (let id = 0; id < 20_000; id++)
    child.stdin.write(
      `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x' } })}\n`,
    )
  while (stdout().length < 50_000) await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await closed
  const { entries, state } = await recorded(home)
  const answered = stdout()
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).id)
  const spans = new Set(entries.flatMap(({ kind, data }) => (kind === 'tool_result' ? [data.span] : [])))
  const done = entries.flatMap(({ kind, data }) =>
    kind === 'tool_request' && spans.has(data.span) ? [Number(data.requestId)] : [],
  )
  expect(answered.length).toBeGreaterThan(500)
  expect(done).toEqual(expect.arrayContaining(answered))
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index))
  expect(state?.alive).toBe(false)
})

test('a slow reader slows the writer down, and loses nothing', async () => {
  const bytes = 20_000_000
  const script = `
    const line = 'x'.repeat(999) + '\\n'
    process.stdout.write(line.repeat(${bytes / 1000}))`
  const { child, stdout, closed } = proxied(temporaryHome(), ...node(script))
  child.stdout.pause()
  await once(child.stdout, 'readable')
  child.stdout.resume()
  await closed
  expect(stdout()).toHaveLength(bytes)
})

test('the filesystem server answers as it does without us, and no planted secret is in any file of the home', async () => {
  const home = temporaryHome()
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'calltrail-files-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const secret = `ghp_${'Z9y8X7w6V5u4'.repeat(3)}`
  writeFileSync(join(folder, 'config.txt'), `port: 8080\nkey: ${secret}\n`)
  const command = [process.execPath, filesystemServer, folder]
  const proxy = [process.execPath, '--import', 'tsx', proxyModule, home.path, ...command]
  const env = { CLAUDE_CODE_SESSION_ID: 'conversation-1', DB_PASSWORD: secret }
  const [direct, through] = await Promise.all(
    [command, proxy].map((words) => answers(words, folder, secret, env)),
  )
  expect(through).toEqual(direct)
  expect(JSON.stringify(through)).toContain(secret)
  const { entries, kinds } = await recorded(home)
  expect(kinds.filter((kind) => kind === 'tool_request')).toHaveLength(3)
  expect(kinds.filter((kind) => kind === 'tool_result')).toHaveLength(3)
  expect(kinds).toContain('tool_definitions')
  expect(entries[0]?.data).toMatchObject({
    identity: { client: { value: 'probe/1.0.0', source: 'self-reported' } },
    evidence: { conversation: { CLAUDE_CODE_SESSION_ID: 'conversation-1' } },
  })
  const stored = [...filesUnder(home.path).values()].join('\n')
  expect(stored).toContain('port: 8080')
  expect(stored).not.toContain(secret)
})

async function answers(
  [command = '', ...args]: readonly string[],
  folder: string,
  secret: string,
  env: Record<string, string>,
) {
  const client = new Client({ name: 'probe', version: '1.0.0' })
  const transport = new StdioClientTransport({
    command,
    args,
    env: { PATH: process.env.PATH ?? '', TMPDIR: tmpdir(), ...env },
    stderr: 'ignore',
  })
  await client.connect(transport)
  try {
    return [
      client.getServerVersion(),
      client.getServerCapabilities(),
      await client.listTools(),
      await client.callTool({ name: 'read_text_file', arguments: { path: join(folder, 'config.txt') } }),
      await client.callTool({ name: 'read_text_file', arguments: { path: join(folder, secret) } }),
      await client.callTool({ name: 'list_directory', arguments: { path: folder } }),
      await client.ping(),
    ]
  } finally {
    await client.close()
  }
}
