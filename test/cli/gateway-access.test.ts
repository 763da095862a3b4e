import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { testKey } from '../fixtures/providers/provider-server.ts'
import { filesUnder } from '../journal/temporary-home.ts'
import { call, startUpstream } from '../record/gateway/mcp-upstream.ts'
import { post } from '../record/gateway/open-gateway.ts'
import { run, start, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

/** A gateway as it is started by hand; its address is what it says. */
async function startGateway(yaml: string, args: readonly string[] = []) {
  const folder = temporaryFolder()
  const home = join(folder, 'home')
  writeFileSync(join(folder, 'calltrail.yaml'), yaml)
  const surroundings = { cwd: folder, env: { CALLTRAIL_HOME: home, REMOTE_KEY: 'key-of-the-server' } }
  const { child, ended } = start(['gateway', '--port', '0', ...args], surroundings)
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!/\/anthropic[\s\S]*\n$/.test(said)) await once(child.stderr, 'data')
  const [, base = ''] = /listening on (\S+);/.exec(said) ?? []
  return { base, home, said: () => said }
}

test('a server with headers of its own is reached by who can read a file of the home, and by nobody else; what a model decided that was asked without it is joined', async () => {
  const upstream = await startUpstream()
  const decided = [{ id: 'call_1', name: 'mcp__remote__greet', arguments: '{}' }]
  const provider = await startOpenAiServer((body) =>
    JSON.stringify(body).includes('"tool_call_id"') ? { text: 'Greeted.' } : { calls: decided },
  )
  onTestFinished(() => provider.close())
  const server = `{ url: "${upstream.url}", headers: { x-key: "\${REMOTE_KEY}" } }`
  const { base, home, said } = await startGateway(
    `upstreams: { openai: "${provider.url}" }\nmcpServers:\n  remote: ${server}\n  open: { url: "${upstream.url}" }\n`,
  )
  const file = join(home, 'gateway-token')
  const token = readFileSync(file, 'utf8').trim()
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(said()).toContain(`remote: send the token that ${file} holds`)
  expect(said()).not.toContain(token)

  const messages: object[] = [{ role: 'user', content: 'Greet me.' }]
  const tools = [{ type: 'function', function: { name: 'mcp__remote__greet', parameters: {} } }]
  const askModel = () =>
    post(`${base}/openai/v1/chat/completions`, JSON.stringify({ model: 'gpt-x', messages, tools }), {
      authorization: `Bearer ${testKey}`,
    })
  await askModel()
  const ask = (name: string, headers = {}, tool = 'greet') => post(`${base}/mcp/${name}`, call(tool), headers)
  expect((await ask('remote')).status).toBe(401)
  expect((await ask('remote', { authorization: `Bearer ${token}` })).status).toBe(200)
  const [{ name, arguments: given, id } = {}] = decided
  const made = [{ id, type: 'function', function: { name, arguments: given } }]
  messages.push({ role: 'assistant', tool_calls: made }, { role: 'tool', tool_call_id: id, content: 'done' })
  await askModel()
  expect((await ask('open', { authorization: 'Bearer of-the-client' }, 'wave')).status).toBe(200)
  expect(upstream.arrived.map(({ headers }) => [headers['x-key'], headers.authorization])).toEqual([
    ['key-of-the-server', undefined],
    [undefined, 'Bearer of-the-client'],
  ])
  const journal = [...filesUnder(join(home, 'journal')).values()].join('\n')
  expect(journal).toContain('"gateway-token"')
  for (const secret of [token, 'key-of-the-server', 'of-the-client'])
    expect(journal.includes(secret)).toBe(false)
  const read = await runHere(['chains', '--json'], { cwd: join(home, '..'), env: { CALLTRAIL_HOME: home } })
  const { chains } = JSON.parse(read.stdout)
  expect(chains.filter(({ prompt }: { prompt: string | null }) => prompt !== null)).toMatchObject([
    { prompt: 'Greet me.', tools: ['remote/greet'] },
  ])
})

test('an address that others reach is taken only where callers have tokens', async () => {
  const folder = temporaryFolder()
  const env = { CALLTRAIL_HOME: join(folder, 'home') }
  for (const host of ['0.0.0.0', '::', '10.1.2.3', 'gateway.example', '127.0.0.1.example']) {
    const refused = await runHere(['gateway', '--port', '0', '--host', host], { cwd: folder, env })
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/is not loopback, and no caller .* has a token\n.*--new-token/),
    })
  }
  writeFileSync(join(folder, 'calltrail.yaml'), 'gateway: { host: 0.0.0.0 }\n')
  expect(await runHere(['gateway', '--port', '0'], { cwd: folder, env })).toMatchObject({ code: 2 })
})

test('a token that was made with --new-token opens the door, by any name that is allowed', async () => {
  expect(await run(['gateway', '--new-token', ' '])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--new-token needs the name of the caller'),
  })
  const made = await run(['gateway', '--new-token', 'ana: "laptop"'])
  expect(made.code).toBe(0)
  const [token = '', line = ''] = made.stdout.split('\n')
  expect(line).toContain(createHash('sha256').update(token).digest('hex'))
  expect(made.stdout.replace(token, '')).not.toContain(token)

  const upstream = await startUpstream()
  const yaml = `mcpServers:\n  remote: { url: "${upstream.url}" }\ngateway:\n  hosts: [gateway.example]\n  tokens:\n    ${line}\n`
  const { base, said } = await startGateway(yaml, ['--host', '0.0.0.0'])
  expect(said()).toContain('put TLS in front')
  const { port } = new URL(base)
  const ask = (host: string, headers = {}) =>
    post(`http://${host}:${port}/mcp/remote`, call('greet'), { authorization: `Bearer ${token}`, ...headers })
  expect((await ask('127.0.0.1')).status).toBe(200)
  expect((await ask('127.0.0.1', { authorization: '' })).status).toBe(401)
  const [outside] = Object.values(networkInterfaces())
    .flat()
    .filter((address) => address?.family === 'IPv4' && !address.internal)
  const elsewhere = outside?.address ?? '127.0.0.1'
  expect((await ask(elsewhere, { host: 'gateway.example' })).status).toBe(200)
  expect((await ask(elsewhere, { host: 'evil.example' })).status).toBe(403)
})
