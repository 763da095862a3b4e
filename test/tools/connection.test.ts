import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { textOf } from '../../src/domain/tool.ts'
import { InfrastructureError } from '../../src/errors.ts'
import { type Connection, connect } from '../../src/tools/connection.ts'
import { expectGone, isRunning } from './processes.ts'
import { call, context, fixture } from './servers.ts'

describe('a connection to a server that runs', () => {
  let bench: Connection
  beforeAll(async () => {
    process.env.CALLTRAIL_TEST_SECRET = 'sk-not-for-servers'
    bench = await connect(fixture('workbench.mjs', [], { env: { GREETING: 'hello' } }), {
      callTimeoutMs: 800,
    })
  })
  afterAll(() => bench.close())
  const answer = async (tool: string, args = {}) => bench.callTool(call(`bench/${tool}`, args), context())

  test('all pages of the list are read, and names carry the server', async () => {
    const names = (await bench.listTools()).map(({ name }) => name)
    expect(names).toHaveLength(13)
    expect(names).toContain('bench/echo')
    expect(names).toContain('bench/die')
  })

  test('a definition keeps its schema and its hints as the server gave them', async () => {
    const echo = (await bench.listTools()).find(({ name }) => name === 'bench/echo')
    expect(echo?.annotations).toEqual({ readOnlyHint: true })
    expect(echo?.inputSchema).toMatchObject({ properties: { depth: { type: 'integer', default: 1 } } })
  })

  test('arguments arrive unchanged, and content and structured content come back', async () => {
    const args = { title: 'ü\n"', depth: 3, nested: { list: [1, null, { a: true }] } }
    const result = await answer('echo', args)
    expect(result.structuredContent).toEqual({ received: args })
    expect(textOf(result)).toBe(JSON.stringify(args))
    expect(result.isError).toBe(false)
  })

  test('what a tool says it did wrong is a result', async () => {
    expect(await answer('fail')).toEqual({ content: [{ type: 'text', text: 'out of paper' }], isError: true })
  })

  test('a JSON-RPC error is a result, since the caller was wrong', async () => {
    const refused = await answer('refuse')
    expect(refused.isError).toBe(true)
    expect(textOf(refused)).toContain('no such colour')
    expect((await answer('nothing')).isError).toBe(true)
    expect((await bench.callTool(call('other/echo'), context())).isError).toBe(true)
  })

  test('a result that breaks its own output schema is passed on', async () => {
    expect(await answer('mislabel')).toEqual({
      content: [{ type: 'text', text: 'three' }],
      structuredContent: { count: 'three' },
      isError: false,
    })
  })

  test('the environment is allow-listed, and holds what the mcpServers file says', async () => {
    const names = textOf(await answer('environment')).split(' ')
    expect(names).toEqual(expect.arrayContaining(['GREETING', 'PATH']))
    expect(names).not.toContain('CALLTRAIL_TEST_SECRET')
    expect(names.filter((name) => name.startsWith('npm_') || name.startsWith('VITEST'))).toEqual([])
  })

  test('a cancelled call rejects with the reason of its signal, and the server hears of it', async () => {
    const controller = new AbortController()
    const waiting = bench.callTool(call('bench/wait'), {
      ...context(controller.signal),
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(waiting).rejects.toThrow('enough')
    await vi.waitFor(async () => expect(textOf(await answer('cancelled'))).toBe('1'))
  })

  test('a call that gets no answer in time is an infrastructure error', async () => {
    await expect(answer('wait')).rejects.toMatchObject({ code: 'server_timeout' })
    expect(bench.alive).toBe(true)
  })

  test('a changed list is announced, and fetched again', async () => {
    const before = await bench.listTools()
    expect(await bench.listTools()).toBe(before)
    const changed = new Promise<void>((resolve) => bench.onListChanged(resolve))
    await answer('grow')
    await changed
    expect((await bench.listTools()).map(({ name }) => name)).toContain('bench/grown')
  })
})

describe.concurrent('a server that does not behave', () => {
  const failure = (attempt: Promise<unknown>) =>
    attempt.then(
      () => expect.unreachable('should fail'),
      (error: unknown) => (error instanceof InfrastructureError ? error : expect.unreachable(String(error))),
    )

  test('one that ends at once has not started, and its stderr and exit code are shown with its place', async () => {
    const error = await failure(connect(fixture('misbehaving.mjs', ['dies'])))
    expect(error.code).toBe('server_not_started')
    expect(error.message).toContain('mcp.json:3:5  server bench exited with code 3')
    expect(error.message).toContain('cannot open the database')
  })

  test('a command that is not there has not started', async () => {
    const error = await failure(connect(fixture('', [], { command: 'no-such-command' })))
    expect(error.code).toBe('server_not_started')
    expect(error.message).toContain('ENOENT')
  })

  test('one that never answers initialize is given up in time', async () => {
    const error = await failure(connect(fixture('misbehaving.mjs', ['silent']), { startTimeoutMs: 1_500 }))
    expect(error.code).toBe('server_timeout')
    expect(error.message).toContain('waiting for a lock')
  })

  test('a start can be cancelled', async () => {
    const signal = AbortSignal.timeout(100)
    await expect(connect(fixture('misbehaving.mjs', ['silent']), { signal })).rejects.toThrow('timeout')
  })

  test('lines on stdout that are no messages are passed over', async () => {
    const bench = await connect(fixture('misbehaving.mjs', ['chatty']))
    expect(await bench.listTools()).toHaveLength(13)
    await bench.close()
  })

  test('one that dies in a call fails that call and those after it, with its last words', async () => {
    const bench = await connect(fixture('workbench.mjs'))
    const error = await failure(bench.callTool(call('bench/die'), context()))
    expect(error.code).toBe('server_died')
    expect(error.message).toContain('exited with code 7')
    expect(error.message).toContain('the floor gave way')
    expect(bench.alive).toBe(false)
    expect((await failure(bench.callTool(call('bench/pid'), context()))).code).toBe('server_died')
  })

  test('one that will not go, and its child, are gone after close', async () => {
    const bench = await connect(fixture('misbehaving.mjs', ['stubborn']))
    const pids = textOf(await bench.callTool(call('bench/pid'), context()))
      .split(' ')
      .map(Number)
    expect(pids.map(isRunning)).toEqual([true, true])
    await bench.close()
    await expectGone(pids)
  })

  test('one that will not go is gone when we exit without closing it', async () => {
    const impatient = fileURLToPath(new URL('../fixtures/mcp/impatient.ts', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', impatient])
    const pids = stdout.split(' ').map(Number)
    expect(pids).toHaveLength(2)
    await expectGone(pids)
  })
})
