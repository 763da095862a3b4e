import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { expect, test } from 'vitest'
import { homeAt } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { journalLines } from '../store/recorded-home.ts'
import { program, run, start, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

const filesystem = resolve('node_modules/@modelcontextprotocol/server-filesystem/dist/index.js')

function workspace(): { folder: string; home: string } {
  const root = temporaryFolder()
  const folder = join(root, 'files')
  mkdirSync(folder)
  writeFileSync(join(folder, 'config.yaml'), 'port: 8080\nname: Füße \u2028 🚆\n')
  return { folder, home: join(root, 'home') }
}

const frames = (folder: string) => [
  {
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  },
  { method: 'tools/list' },
  {
    method: 'tools/call',
    params: { name: 'read_text_file', arguments: { path: join(folder, 'config.yaml') } },
  },
  { method: 'tools/call', params: { name: 'read_text_file', arguments: { path: '/etc/passwd' } } },
  { method: 'no/such/method' },
]

/** Sends requests one by one, each after the answer to the one before, and gives all bytes of the answers. */
async function converse(
  command: string,
  args: readonly string[],
  folder: string,
  env: Record<string, string>,
) {
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const chunks: Buffer[] = []
  let told: () => void = () => {}
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    if (chunk.at(-1) === 10) told()
  })
  for (const [id, frame] of frames(folder).entries()) {
    const answered = new Promise<void>((resolve) => {
      told = resolve
    })
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...frame })}\n`)
    await answered
    if (id === 0) child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
  }
  child.stdin.end()
  await new Promise((resolve) => child.once('close', resolve))
  return Buffer.concat(chunks)
}

test('the bytes of a real server are the same with and without record before it', async () => {
  const { folder, home } = workspace()
  const direct = await converse(process.execPath, [filesystem, folder], folder, {})
  const recorded = await converse(
    process.execPath,
    [program, 'record', '--server', 'files', '--', process.execPath, filesystem, folder],
    folder,
    { CALLTRAIL_HOME: home },
  )
  expect(direct.length).toBeGreaterThan(10_000)
  expect(recorded.equals(direct)).toBe(true)
})

test("the SDK's client gets equal answers, and chain shows the calls", async () => {
  const { folder, home } = workspace()
  const env = { CALLTRAIL_HOME: home, PATH: process.env.PATH ?? '', HOME: '/nonexistent' }
  const ask = async (args: readonly string[]) => {
    const client = new Client({ name: 'sdk-client', version: '1' })
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [...args], env, stderr: 'ignore' }),
    )
    const answers = [
      await client.listTools(),
      await client.callTool({ name: 'read_text_file', arguments: { path: join(folder, 'config.yaml') } }),
      await client.callTool({ name: 'list_directory', arguments: { path: '/' } }),
    ]
    await client.close()
    return JSON.stringify(answers)
  }
  const direct = await ask([filesystem, folder])
  expect(await ask([program, 'record', '--', process.execPath, filesystem, folder])).toBe(direct)

  const { chains } = JSON.parse((await runHere(['chains', '--json'], { env })).stdout)
  const tools = chains.map(({ tools }: { tools: string[] }) => tools.join())
  expect(tools.sort()).toEqual(['server-filesystem/list_directory', 'server-filesystem/read_text_file'])
  const read = chains.find(
    ({ tools }: { tools: string[] }) => tools.join() === 'server-filesystem/read_text_file',
  )
  const shown = await runHere(['chain', read.chain], { env })
  expect(shown.code).toBe(0)
  expect(shown.stdout).toContain('server-filesystem/read_text_file')
  expect(shown.stdout).toContain('sdk-client')
  const { spans } = JSON.parse((await runHere(['chain', read.chain, '--json'], { env })).stdout)
  expect(spans).toMatchObject([{ kind: 'tool', outcome: 'ok', client: 'sdk-client/1' }])
  expect(spans[0].output).toContain('port: 8080')
})

test('a message of 64 MiB passes whole, and is recorded by its size', async () => {
  const env = { CALLTRAIL_HOME: join(temporaryFolder(), 'home') }
  const head = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"big","arguments":{"a":"'
  const message = Buffer.concat([
    Buffer.from(head),
    Buffer.alloc(64 * 1024 * 1024, 'x'),
    Buffer.from('"}}}\n'),
  ])
  const { child, ended } = start(['record', '--server', 'cat', '--', 'cat'], { env })
  const digest = createHash('sha256')
  child.stdout.on('data', (chunk: Buffer) => digest.update(chunk))
  child.stdin.end(message)
  expect((await ended).code).toBe(0)
  expect(digest.digest('hex')).toBe(createHash('sha256').update(message).digest('hex'))
  const lines = Object.values(await journalLines(readJournal(homeAt(env.CALLTRAIL_HOME)))).flat()
  const sizes = lines.flatMap((line) => JSON.parse(line).data.body?.bytes ?? [])
  expect(sizes).toContain(message.length - 1)
})

test('what a hostile server says reaches no terminal as it is, and JSON to the letter', async () => {
  const env = { CALLTRAIL_HOME: join(temporaryFolder(), 'home') }
  const evil = '\u001b[2J\u202e\u009b31m\u{e0041}'
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: evil, arguments: { a: evil } } }
  const { child, ended } = start(['record', '--server', 'evil', '--', 'cat'], { env })
  child.stdin.end(`${JSON.stringify(call)}\n`)
  await ended
  const { stdout } = await runHere(['chains', '--json'], { env })
  expect(stdout).not.toMatch(/[\u001b\u009b\u202e\u{e0041}]/u)
  const [chain] = JSON.parse(stdout).chains
  expect(chain.tools).toEqual([`evil/${evil}`])
  for (const args of [['chains'], ['chain', chain.chain], ['chain', chain.chain, '--json']])
    expect((await runHere(args, { env })).stdout).not.toMatch(/[\u001b\u009b\u202e\u{e0041}]/u)
})

test('it ends with the code of its command, and says when there is none', async () => {
  const env = { CALLTRAIL_HOME: join(temporaryFolder(), 'home') }
  const exits = await run(['record', '--', process.execPath, '-e', 'process.exitCode = 7'], { env })
  expect(exits).toMatchObject({ code: 7, stdout: '' })
  const missing = await run(['record', '--', 'no-such-command-here'], { env })
  expect(missing).toMatchObject({ code: 127, stdout: '' })
  expect(missing.stderr).toContain('there is no such command')
})

test('who has closed stderr is served all the same', async () => {
  const env = { PATH: process.env.PATH, CALLTRAIL_HOME: '/dev/null/home' }
  const child = spawn(process.execPath, [program, 'record', '--', 'cat'], { env })
  child.stderr.destroy()
  child.stdin.end('through\n')
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'close')])
  expect([code, stdout]).toEqual([0, 'through\n'])
})

test('options after the command are the command’s own', async () => {
  const env = { CALLTRAIL_HOME: join(temporaryFolder(), 'home') }
  const args = [
    'record',
    process.execPath,
    '-e',
    'console.log(process.argv.slice(1).join())',
    '--',
    '--server',
    'x',
  ]
  expect(await run(args, { env })).toMatchObject({ code: 0, stdout: '--server,x\n' })
})

test('a home that cannot be used, or a broken calltrail.yaml, does not stop the server', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'calltrail.yaml'), 'identity: [')
  const { child, ended } = start(['record', '--', 'cat'], {
    cwd: folder,
    env: { CALLTRAIL_HOME: '/dev/null/home' },
  })
  child.stdin.end('through and through\n')
  const { code, stdout, stderr } = await ended
  expect([code, stdout]).toEqual([0, 'through and through\n'])
  expect(stderr).toContain('without what is configured')
  expect(stderr).toContain('cannot record yet')
})

test.for([
  ['self-reported', []],
  ['configured', ['--config', 'calltrail.yaml']],
] as const)('who a calltrail.yaml names is %s with %j', async ([source, options]) => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'calltrail.yaml'), 'identity: { user: ana }\n')
  const home = join(folder, 'home')
  const { child, ended } = start(['record', ...options, '--', 'cat'], {
    cwd: folder,
    env: { CALLTRAIL_HOME: home },
  })
  child.stdin.end('{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}\n')
  expect((await ended).code).toBe(0)
  const [line = ''] = Object.values(await journalLines(readJournal(homeAt(home)))).flat()
  expect(JSON.parse(line)).toMatchObject({
    kind: 'session_opened',
    data: { identity: { user: { value: 'ana', source } } },
  })
})
