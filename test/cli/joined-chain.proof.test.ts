import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import OpenAI from 'openai'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { type Handler, testKey } from '../fixtures/providers/provider-server.ts'
import { program, start, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

// A client that nobody instrumented: it has a base URL and an mcpServers entry, and tells neither of the other.

const filesystem = resolve('node_modules/@modelcontextprotocol/server-filesystem/dist/index.js')
type Message = OpenAI.ChatCompletionMessageParam
interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
}

/** Lists the folder and reads two files of it at once, then answers. */
const provider: Handler = ({ messages }) => {
  const turns = Array.isArray(messages) ? messages.filter(({ role }) => role === 'assistant').length : 0
  const read = (id: string, path: string) => ({
    id,
    name: 'mcp_files_read_text_file',
    arguments: `{"path":"${path}"}`,
  })
  if (turns === 0)
    return { calls: [{ id: 'call_0', name: 'mcp_files_list_directory', arguments: '{"path":"."}' }] }
  if (turns === 1) return { calls: [read('call_0', 'a.txt'), read('call_1', 'b.txt')] }
  return { text: 'Both are empty.' }
}

async function startGateway(folder: string, env: Readonly<Record<string, string>>) {
  const { child, ended } = start(['gateway', '--port', '0'], { cwd: folder, env })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  while (!said.includes('ANTHROPIC_BASE_URL')) await once(child.stderr, 'data')
  return { baseURL: /OPENAI_BASE_URL=(\S+)/.exec(said)?.[1] ?? '', stop: () => child.kill('SIGTERM'), ended }
}

async function converse(model: OpenAI, tools: Client, prompt: string): Promise<void> {
  const messages: Message[] = [{ role: 'user', content: prompt }]
  for (;;) {
    const { choices } = await model.chat.completions.create({ model: 'gpt-x', messages })
    const message = choices[0]?.message
    if (!message) throw new Error('no answer')
    messages.push(message)
    if (!message.tool_calls) return
    for (const each of message.tool_calls) {
      if (each.type !== 'function') continue
      const name = each.function.name.replace('mcp_files_', '')
      const { content } = await tools.callTool({ name, arguments: JSON.parse(each.function.arguments) })
      const text = Array.isArray(content) ? content.map((block) => block.text).join('\n') : ''
      messages.push({ role: 'tool', tool_call_id: each.id, content: text })
    }
  }
}

test('prompt, decisions and calls that two recorders saw are one chain, over several turns', async () => {
  const folder = temporaryFolder()
  const env = { CALLTRAIL_HOME: join(folder, 'home') }
  const server = await startOpenAiServer(provider)
  onTestFinished(() => server.close())
  writeFileSync(join(folder, 'calltrail.yaml'), `upstreams: { openai: "${server.url}" }\n${prices}`)
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(folder, name), '')
  const gateway = await startGateway(folder, env)
  const tools = new Client({ name: 'plain', version: '1' })
  const args = [program, 'record', '--server', 'files', '--', process.execPath, filesystem, folder]
  const child = { command: process.execPath, args, cwd: folder, stderr: 'ignore' } as const
  await tools.connect(new StdioClientTransport({ ...child, env: { ...env, PATH: process.env.PATH ?? '' } }))
  const model = new OpenAI({ apiKey: testKey, baseURL: gateway.baseURL, maxRetries: 0 })
  await converse(model, tools, 'What is in these files?')
  await converse(model, tools, 'And now?')
  await tools.listTools()
  await tools.close()
  gateway.stop()
  await gateway.ended

  const { chains } = JSON.parse((await runHere(['chains', '--json'], { cwd: folder, env })).stdout)
  expect(chains).toMatchObject([
    { prompt: 'And now?', tool_calls: 3, servers: ['files'], models: ['gpt-x'] },
    { prompt: 'What is in these files?', tool_calls: 3, errors: 0 },
  ])
  const [, { chain }] = chains
  const tree = (await runHere(['chain', chain], { env })).stdout
  expect(tree).toMatch(
    /decided mcp_files_list_directory .*\n.*call files\/list_directory · ok .* link 4: hash and time/,
  )
  expect(tree.match(/link 4/g)).toHaveLength(3)
  expect(tree).not.toContain('no call of it')

  const [page, otlp] = [join(folder, 'chain.html'), join(folder, 'chain.json')]
  const reports = ['--report', `html=${page}`, '--report', `otlp=${otlp}`]
  expect((await runHere(['chain', chain, ...reports], { env })).stdout).toBe(tree)
  expect(readFileSync(page, 'utf8')).toContain('“What is in these files?”')
  expect(statSync(page).mode & 0o777).toBe(0o600)
  const [{ scopeSpans }] = JSON.parse(readFileSync(otlp, 'utf8')).resourceSpans
  const sent: OtlpSpan[] = scopeSpans[0].spans
  expect(new Set(sent.map(({ traceId }) => traceId))).toEqual(new Set([chain]))
  const nameOf = new Map(sent.map(({ spanId, name }) => [spanId, name]))
  const calls = sent.filter(({ name }) => name.startsWith('tools/call'))
  expect(calls.map(({ name }) => name).sort()).toEqual([
    'tools/call list_directory',
    'tools/call read_text_file',
    'tools/call read_text_file',
  ])
  for (const { parentSpanId } of calls) expect(nameOf.get(parentSpanId ?? '')).toBe('chat gpt-x')
  expect(readFileSync(otlp, 'utf8')).not.toContain('a.txt')

  const least = Math.min(...chains.map((each: { cost_usd: number }) => each.cost_usd))
  expect(least).toBeGreaterThan(0)
  const again = await runHere(['chains', '--json', '--min-cost', `${least}`], { cwd: folder, env })
  expect(JSON.parse(again.stdout).chains).toEqual(chains)
  const { links, spans } = JSON.parse((await runHere(['chain', chain, '--json'], { env })).stdout)
  const call = spans.find(({ kind }: { kind: string }) => kind === 'tool')
  const byCall = JSON.parse((await runHere(['chain', call.chain, '--json'], { env })).stdout)
  expect(byCall.spans).toEqual(spans)
  expect(links.filter(({ type }: { type: string }) => type === 'continues')).toHaveLength(2)
  await promoteAndPlay(chain, env)
  await playFromChains(env)
}, 60_000)

const prices = 'prices: { "openai:gpt-x": { input: 2, output: 8 } }\n'

const script = `
- turns:
    - calls: [{ tool: files/list_directory, arguments: { path: . } }]
    - calls:
        - { tool: files/read_text_file, arguments: { path: b.txt } }
        - { tool: files/read_text_file, arguments: { path: a.txt } }
    - text: Both are empty.
`

/** Of the chain a case, which is played in another home, where no such server is known. */
async function promoteAndPlay(chain: string, env: Readonly<Record<string, string>>): Promise<void> {
  const cwd = temporaryFolder()
  const made = await runHere(['promote', chain.slice(0, 12), '--suite', 'suites/incidents.yaml'], {
    cwd,
    env,
  })
  expect([made.code, made.stderr]).toEqual([0, ''])
  expect(made.stdout).toContain('suites/incidents.cassette.json: 3 results of files')
  const file = join(cwd, 'suites/incidents.yaml')
  const suite = readFileSync(file, 'utf8')
  expect(parse(suite)).toMatchObject({
    suite: 'incidents',
    cases: [
      {
        id: 'what-is-in-these-files',
        draft: true,
        prompt: 'What is in these files?',
        expect: {
          calls: [
            { tool: 'files/list_directory', args: { path: '.' } },
            { tool: 'files/read_text_file', args: { path: 'a.txt' } },
            { tool: 'files/read_text_file', args: { path: 'b.txt' } },
          ],
        },
      },
    ],
  })
  // Nobody knew that the tools only read: a person decides.
  writeFileSync(file, suite.replace('    draft: true\n', ''))
  writeFileSync(join(cwd, 'script.yaml'), script)
  const evaluate = ['eval', 'suites', '--model', 'scripted:script.yaml', '--exposure', 'full', '--json']
  const played = await runHere(evaluate, { cwd, env: { CALLTRAIL_HOME: join(temporaryFolder(), 'home') } })
  const { summary, drafts, misses } = JSON.parse(played.stdout)
  expect(summary.cells).toMatchObject([{ trials: 1, pass_rate: { rate: 1 } }])
  expect([played.code, drafts.length, misses]).toEqual([0, 0, []])
}

/** What was asked is played again across exposures, from what was recorded: no server is known here, none is started. */
async function playFromChains(env: Readonly<Record<string, string>>): Promise<void> {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, 'script.yaml'), script)
  const played = ['--model', 'scripted:script.yaml', '--exposure', 'full', '--exposure', 'slim', '--json']
  const first = await runHere(['eval', '--from-chains', 'tool=list_directory,limit=5', ...played], {
    cwd,
    env,
  })
  const { suites, done, drafts, misses, run: id } = JSON.parse(first.stdout)
  expect([first.code, suites, done, misses]).toEqual([0, [expect.objectContaining({ cases: 2 })], 4, []])
  expect(drafts.length).toBeGreaterThan(0)
  expect(readdirSync(env.CALLTRAIL_HOME ?? '').filter((name) => name.startsWith('from-chains'))).toEqual([])
  // The trials are no production, and the run is taken up with the same chains.
  const again = await runHere(['eval', '--resume', id, '--json'], { cwd, env })
  expect([again.code, again.stderr]).toEqual([0, expect.any(String)])
  expect(JSON.parse(again.stdout).done).toBe(4)
  const rescored = await runHere(['rescore', id, '--json'], { cwd, env })
  expect([rescored.code, rescored.stderr]).toEqual([0, ''])
  expect(JSON.parse(rescored.stdout)).toMatchObject({ trials: 4, changed: [], unknown_cases: [] })
  await playShown(cwd, env)
  writeFileSync(join(cwd, 'calltrail.yaml'), prices)
  const none = await runHere(['eval', '--from-chains', 'min-tokens=1,min-cost=1.5', ...played], { cwd, env })
  expect([none.code, none.stderr]).toEqual([
    2,
    expect.stringContaining('--from-chains min-tokens=1,min-cost=1.5: nothing that people asked meets it'),
  ])
  const wrong = await runHere(['eval', '--from-chains', 'colour=red', ...played], { cwd, env })
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('colour=red is no filter')])
}

/** What chains called is shown as calltrail.yaml shows the same servers. */
async function playShown(cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  const chains = ['--from-chains', 'tool=list_directory,limit=1', '--model', 'scripted:script.yaml']
  const shown = ['eval', ...chains, '--exposure', 'curated', '--exposure', 'composite', '--json']
  const without = await runHere(shown, { cwd, env })
  expect([without.code, without.stderr]).toEqual([
    2,
    expect.stringMatching(
      /no toolset of calltrail.yaml \(no such file\) with the servers files says what the exposure curated shows\n.*toolsets: \{ NAME: \{ servers: \[files\], curated: \[server\/tool, …\] \} \}/,
    ),
  ])
  writeFileSync(
    join(cwd, 'calltrail.yaml'),
    `mcpServers: { files: { command: "true" }, other: { command: "true" } }
toolsets:
  office:
    servers: [files, other]
    curated: [files/list_directory, other/search]
    composite: { tools: [files/read_text_file], actions: [
      { name: search, description: Searches., onFailure: stop, steps: [{ call: other/search }] },
      { name: list, description: Lists., onFailure: stop, steps: [{ call: files/list_directory, args: { path: . } }] }] }
`,
  )
  const played = await runHere(shown, { cwd, env })
  expect([played.code, played.stderr]).toEqual([0, expect.any(String)])
  const { summary, infrastructure } = JSON.parse(played.stdout)
  expect(infrastructure).toEqual([])
  expect(summary.cells).toMatchObject([{ exposure: 'composite' }, { exposure: 'curated' }])
}
