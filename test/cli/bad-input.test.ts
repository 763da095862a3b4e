import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/domain/json.ts'
import { startOpenAiServer } from '../fixtures/providers/openai-server.ts'
import { type ProviderServer, type Reply, testKey } from '../fixtures/providers/provider-server.ts'
import { type Ended, temporaryFolder } from './calltrail.ts'
import { runHere } from './run-here.ts'

// Every mistake is told with its place before any model is called: the provider of these tests counts what it is asked.
let folder: string
let provider: ProviderServer
const fine = { text: 'Nothing to do.' }
const call = { id: 'call_1', name: 'bench__write_note', arguments: '{}' }
const replies: readonly (Reply & { readonly to: string })[] = [
  { to: 'Meet a refusal.', refusal: 'I will not help with that.' },
  { to: 'Meet an overflow.', status: 400, code: 'context_length_exceeded', message: 'too long' },
  { to: 'Meet garbage.', status: 200, body: '<html>It works!</html>' },
  { to: 'Meet half a stream.', text: 'Let me look.', cut: { afterEvents: 2, how: 'end' } },
  { to: 'Meet a filter.', status: 400, code: 'content_filter', message: 'filtered' },
  { to: 'Meet broken JSON.', calls: [{ ...call, arguments: '{"title": "a' }] },
  { to: 'Meet a ghost.', calls: [{ ...call, name: 'ghost__tool' }] },
  {
    to: 'Meet a flood.',
    calls: Array.from({ length: 400 }, (_, index) => ({ ...call, id: `call_${index}` })),
  },
]
const asks = (body: JsonObject, prompt: string) => JSON.stringify(body).includes(prompt)
const workbench = join(import.meta.dirname, '../fixtures/mcp/workbench.mjs')
const misbehaving = join(import.meta.dirname, '../fixtures/mcp/misbehaving.mjs')

const server = (...args: readonly string[]) => ({ command: process.execPath, args })
const suite = (lines = '', toolset = '{ servers: [bench] }') =>
  `suite: one\ntoolset: ${toolset}\ncases:\n  - id: first\n    prompt: Echo a.\n    expect: { calls: [] }\n${lines}`

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
}

beforeEach(() => {
  folder = join(temporaryFolder(), 'work')
  mkdirSync(folder)
  write({
    'calltrail.yaml': 'mcpServers: mcp.json\n',
    'mcp.json': JSON.stringify({
      mcpServers: { bench: server(workbench), broken: server(misbehaving, 'dies') },
    }),
    'one.yaml': suite(),
  })
})
beforeAll(async () => {
  provider = await startOpenAiServer((body) => {
    if (asks(body, 'Meet a loop.')) return { calls: [call] }
    return asks(body, '"tool_call_id"') ? fine : (replies.find(({ to }) => asks(body, to)) ?? fine)
  })
})
afterAll(() => provider.close())

/** How often the model was asked. */
async function evaluate(...args: readonly string[]): Promise<Ended & { asked: number }> {
  const before = provider.requests.length
  const ended = await runHere(
    ['eval', 'one.yaml', '--model', 'openai:gpt-x', '--exposure', 'full', ...args],
    {
      cwd: folder,
      env: {
        CALLTRAIL_HOME: join(folder, 'home'),
        OPENAI_BASE_URL: `${provider.url}/v1`,
        OPENAI_API_KEY: testKey,
      },
    },
  )
  return { ...ended, asked: provider.requests.length - before }
}

test('without a mistake, it passes, and says which folder trials would change, beside the document', async () => {
  const bench = server(workbench, '.')
  write({ 'mcp.json': JSON.stringify({ mcpServers: { bench } }, null, 2) })
  const { stdout, stderr, ...ended } = await evaluate('--json')
  expect(ended).toMatchObject({ code: 0, asked: 1 })
  expect(JSON.parse(stdout)).toMatchObject({ models: {} })
  expect(stderr.split('\n')).toContain(
    `bench works on . itself (mcp.json:3): what a trial writes there stays written. For copies, write \${CALLTRAIL_WORKSPACE:-.} in its place`,
  )
})

describe('a mistake in a file ends with 2 and says where', () => {
  test.for([
    [
      'a wrong type',
      'one.yaml',
      suite('    tags: read\n'),
      /one\.yaml:7:11 {2}cases\[0\]\.tags: expected a list/,
    ],
    ['no YAML', 'one.yaml', 'suite: [', /one\.yaml:\d+:\d+/],
    [
      'an unknown tool',
      'one.yaml',
      suite().replace('calls: []', 'calls: [{ tool: bench/ecko }]'),
      /one\.yaml:6:\d+ .*no tool "bench\/ecko".*\n.*bench\/echo/,
    ],
    [
      'a value that the tool does not take',
      'one.yaml',
      suite().replace(
        'calls: []',
        `calls: [${['5', '{ number: 5, within: 1 }'].map((text) => `{ tool: bench/write_note, args: { text: ${text} } }`).join(', ')}]`,
      ),
      /one\.yaml:6:\d+ .*bench\/write_note does not take this value.*\n.*one\.yaml:6:\d+ .*no value that bench\/write_note takes could match\n.*text is \{"type":"string"/,
    ],
    [
      'an unknown server',
      'one.yaml',
      suite('', '{ servers: [bunch] }'),
      /one\.yaml:2:\d+ .*no server "bunch".*\n.*bench/,
    ],
    [
      'a missing policy',
      'one.yaml',
      `policies: [p.cedar]\n${suite()}`,
      /one\.yaml:1:12 .*no such file: p\.cedar/,
    ],
    ['an unknown key', 'calltrail.yaml', 'mcpServer: mcp.json\n', /calltrail\.yaml:1:1 .*mcpServer/],
    [
      'a server without command',
      'mcp.json',
      '{ "mcpServers": { "bench": { "comand": "node" } } }',
      /mcp\.json:1:\d+ .*command/,
    ],
    [
      'an exposure of no toolset',
      'calltrail.yaml',
      'mcpServers: mcp.json\ngateway: { exposure: search, origins: [foo] }\n',
      /calltrail\.yaml:2:\d+ .*origins\[0\]: expected an origin/,
    ],
    [
      'a bound that is none',
      'calltrail.yaml',
      'journal: { maxMegabytes: 0 }\n',
      /calltrail\.yaml:1:\d+ .*maxMegabytes: expected a number above 0/,
    ],
    ['no JSON', 'mcp.json', '{ "mcpServers": {', /mcp\.json:1:\d+/],
  ] as const)('%s in %s', async ([, file, text, expected]) => {
    write({ [file]: text })
    const { code, stderr, stdout, asked } = await evaluate('--json')
    expect(stderr).toMatch(expected)
    expect([code, stdout, asked]).toEqual([2, '', 0])
  })

  test('a policy that does not parse', async () => {
    write({
      'one.yaml': `policies: [p.cedar]\n${suite()}`,
      'p.cedar': 'permit(principal, action, resource)\nwhen {',
    })
    const { code, stderr, asked } = await evaluate()
    expect(stderr).toMatch(/p\.cedar:2:\d+/)
    expect([code, asked]).toEqual([2, 0])
  })
})

describe('a mistake on the command line ends with 2 and names what is nearest', () => {
  test.for([
    [['--model', 'baseline:lexicl'], /lexical/],
    [['--model', 'opnai:gpt'], /openai/],
    [['--model', 'anthropic:claude-x'], /ANTHROPIC_API_KEY is not set/],
    [
      ['--exposure', 'fulll'],
      /^(?!.*starting).*there is no exposure fulll\n.*did you mean full\? there are /s,
    ],
    [['--exposure', 'curated'], /nobody curated/],
    [['--trials', 'x'], /whole number/],
    [['--trails', '2'], /--trials/],
    [['missing.yaml'], /missing\.yaml/],
  ] as const)('%s', async ([args, expected]) => {
    const { code, stderr, asked } = await evaluate(...args)
    expect(stderr).toMatch(expected)
    expect([code, asked]).toEqual([2, 0])
  })

  test('a port, a tier or a limit that cannot be', async () => {
    for (const args of [
      ['gateway', '--port', '99999'],
      ['chains', '--tier', '6'],
      ['runs', '--limit', '0'],
    ]) {
      const { code, stderr } = await runHere(args, { env: { CALLTRAIL_HOME: join(folder, 'home') } })
      expect([code, stderr]).toEqual([2, expect.stringMatching(/expected (0|1|a whole)/)])
    }
  })

  test('an unknown command, run, chain or time', async () => {
    const env = { CALLTRAIL_HOME: join(folder, 'home') }
    for (const args of [
      ['evl'],
      ['runs', 'x'],
      ['chain', 'x'],
      ['chains', '--since', 'yesterday'],
      ['chains', '--until', 'yesterday'],
      ['drift', '--since', 'yesterday'],
      ['record'],
      [],
    ])
      expect([args, (await runHere(args, { env })).code]).toEqual([args, 2])
  })

  test('a report of a chain that there is none of', async () => {
    const { code, stderr } = await runHere(['chain', 'x', '--report', 'pdf=chain.pdf'])
    expect([code, stderr]).toEqual([2, expect.stringContaining('html=FILE or otlp=FILE')])
  })
})

describe('what a model did is told in every report and no error of the run; what its provider did ends with 3', () => {
  const expecting = (id: string, prompt: string) =>
    `  - { id: ${id}, prompt: ${prompt}, expect: { calls: [{ tool: bench/echo }] } }\n`
  const met = {
    ...{ refused: 'a refusal', long: 'an overflow', filtered: 'a filter', broken: 'broken JSON' },
    ...{ ghost: 'a ghost', flood: 'a flood', loop: 'a loop' },
  }
  const badly = suite(
    Object.entries(met)
      .map(([id, what]) => expecting(id, `Meet ${what}.`))
      .join(''),
  )
  const ended =
    /Ended without an answer: content filter 1 · too many calls 1 · context overflow 1 · step limit 1\n +refused 1/
  const files = ['junit', 'json', 'markdown', 'sarif', 'html'].flatMap((kind) => [
    '--report',
    `${kind}=${kind}.out`,
  ])
  const written = (kind: string) => readFileSync(join(folder, `${kind}.out`), 'utf8')
  const categories = [
    ...['context overflow', 'refused', 'content filter', 'malformed', 'unknown tool'],
    ...['too many calls', 'loop'],
  ]

  test('a refusal, a context that is too small, a filter, broken JSON, an unknown tool, 400 calls, a loop', async () => {
    write({ 'one.yaml': badly })
    const { code, stdout } = await evaluate(...files)
    expect(stdout).toMatch(ended)
    for (const kind of ['markdown', 'sarif', 'html'])
      for (const category of categories) expect(written(kind)).toContain(`${category} 1`)
    for (const category of categories) {
      expect(stdout).toContain(`${category} 1`)
      expect(written('junit')).toContain(`type="${category}">${category}: `)
    }
    expect(JSON.parse(written('json')).summary.categories).toEqual(
      expect.arrayContaining(categories.map((category) => ({ category, trials: 1 }))),
    )
    expect(JSON.parse(written('json')).totals).toMatchObject({ planned: 8, judged: 8 })
    expect(code).toBe(0)
  })

  test('garbage and half a stream beside a refusal, and the database says the same', async () => {
    const more = [expecting('refused', 'Meet a refusal.'), expecting('half', 'Meet half a stream.')]
    write({ 'one.yaml': suite(more.join('') + expecting('garbage', 'Meet garbage.')) })
    const { code, stdout } = await evaluate(...files)
    expect(code).toBe(3)
    const kinds = /Infrastructure errors: unreadable answer 1 · half an answer 1/
    expect(stdout).toMatch(kinds)
    expect(stdout).toMatch(
      /Not judged, for an infrastructure error: 1 trial of one, unreadable answer\n {2}openai answered with /,
    )
    for (const kind of ['markdown', 'html']) expect(written(kind)).toMatch(kinds)
    for (const kind of ['unreadable answer', 'half an answer']) {
      expect(written('junit')).toContain(`<error message="infrastructure error" type="${kind}">`)
      expect(written('sarif')).toContain(`${kind} 1`)
    }
    expect(JSON.parse(written('json')).totals).toMatchObject({
      ...{ planned: 4, judged: 2, infrastructure_errors: 2 },
    })
    const [, again = ''] = /runs ([0-9a-f-]{36})/.exec(stdout) ?? []
    const env = { CALLTRAIL_HOME: join(folder, 'home') }
    expect((await runHere(['runs', again], { env })).stdout).toMatch(kinds)
  })
})

describe('what fails around the models ends with 3', () => {
  test('a server that does not start: its stderr is shown, and the other suites go on', async () => {
    write({ 'two.yaml': suite('', '{ servers: [broken] }').replace('one', 'two') })
    const { code, stdout, stderr } = await evaluate('two.yaml', '--json')
    expect(code).toBe(3)
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ done: 2, infrastructure_errors: 1, state: 'completed' })
    expect(report.infrastructure[0]).toMatchObject({ where: 'two', trials: 1 })
    expect(report.infrastructure[0].message).toContain('cannot open the database')
    expect(stderr).toMatch(/toolset broken is not there: .*server broken exited with code 3/)
  })

  test('a home that cannot be made', async () => {
    const { code, stderr } = await runHere(['runs'], { env: { CALLTRAIL_HOME: '/dev/null/home' } })
    expect(stderr).toContain('/dev/null/home')
    expect(code).toBe(3)
  })
})
