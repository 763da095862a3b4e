import { describe, expect, test } from 'vitest'
import type { Json } from '../../../../src/domain/json.ts'
import { runScript, type SandboxedScript } from '../../../../src/tools/exposures/code/sandbox.ts'

const limits = { computingMs: 5_000, memoryBytes: 20 << 20, calls: 5, outputCharacters: 2_000 }

const echo: SandboxedScript['call'] = async ({ name, args }) =>
  name === 'fail' ? { error: 'out of paper' } : { value: args }

function run(code: string, more: Partial<SandboxedScript> = {}) {
  const functions = new Map([['bench', ['echo', 'fail']]])
  const { signal } = new AbortController()
  return runScript({ code, functions, call: echo, limits, totalMs: 5_000, signal, ...more })
}

describe('a script', () => {
  test.each<[string, string | null]>([
    ['return 1 + 1', '2'],
    ['return "as it is"', 'as it is'],
    ['return { a: [null, "ü", 1.5] }', '{"a":[null,"ü",1.5]}'],
    ['return await tools.bench.echo({ big: 12345678901 })', '{"big":12345678901}'],
    ['1 + 1', null],
    ['return (await Promise.all([1, 2].map((n) => tools.bench.echo({ n })))).map(({ n }) => n)', '[1,2]'],
    ['try { await tools.bench.fail() } catch (error) { return error.message }', 'out of paper'],
    ['return () => 1', '() => 1'],
    ['return Object.keys(tools.bench)', '["echo","fail"]'],
    ['// a comment ends nothing', null],
  ])('%j ends with %j', async (code, value) => {
    expect(await run(code)).toEqual({ value, printed: '', error: null })
  })

  test('sees on the console what it wrote there, however it ends', async () => {
    const { printed, error } = await run(
      'console.log("a", { b: 1 }, "\\0\\ud800"); console.error([2]); throw new Error("no")',
    )
    expect(printed).toBe('a {"b":1} \0\ud800\n[2]\n')
    expect(error).toBe('Error: no (line 1)')
  })

  test('asks for calls in parallel, and they are made one after another, in order', async () => {
    const order: Json[] = []
    await run('await Promise.all([1, 2, 3].map((n) => tools.bench.echo({ n })))', {
      async call({ args }) {
        order.push('begin')
        await new Promise((resolve) => setImmediate(resolve))
        order.push(args)
        return { value: null }
      },
    })
    expect(order).toEqual(['begin', { n: 1 }, 'begin', { n: 2 }, 'begin', { n: 3 }])
  })
})

describe('calls that a script does not wait for', () => {
  const made: Json[] = []
  const call: SandboxedScript['call'] = async (asked) => {
    made.push(asked.args)
    return echo({ ...asked })
  }
  const forget = (code: string, more: Partial<SandboxedScript> = {}) => {
    made.length = 0
    return run(code, { call, ...more })
  }

  test.each([
    ['tools.bench.echo({ n: 1 }); tools.bench.echo({ n: 2 }); return "stored"', [1, 2], 'stored'],
    [
      '[1, 2].forEach(async (n) => { await tools.bench.echo({ n }); await tools.bench.echo({ n: -n }) })',
      [1, 2, -1, -2],
      null,
    ],
    [
      'tools.bench.echo({ n: 1 }).then(({ n }) => tools.bench.echo({ n: n + 1 })); await tools.bench.echo({ n: 7 }); return 1',
      [1, 7, 2],
      '1',
    ],
    ['tools.bench.fail({ n: 1 }).catch(() => {}); return "caught"', [1], 'caught'],
    ['try { await tools.bench.fail({ n: 1 }) } catch {} return "caught"', [1], 'caught'],
  ])('%j: are made, in order', async (code, numbers, value) => {
    expect(await forget(code)).toEqual({ value, printed: '', error: null })
    expect(made).toEqual(numbers.map((n) => ({ n })))
  })

  test.each([
    [
      '\ntools.bench.fail(); return "stored"',
      'stored',
      '1 call that the script did not wait for failed: Error: out of paper (line 2)',
    ],
    [
      'tools.bench.fail()\nawait tools.bench.echo({})\nreturn 1',
      '1',
      '1 call that the script did not wait for failed: Error: out of paper (line 1)',
    ],
    [
      '[1, 2].forEach(() => { tools.bench.fail() })',
      null,
      '2 calls that the script did not wait for failed: Error: out of paper (line 1); Error: out of paper (line 1)',
    ],
    [
      'const a = {}; a.a = a; tools.bench.echo(a); return 1',
      '1',
      'did not wait for failed: TypeError: circular',
    ],
    [
      'for (let n = 0; n < 9; n++) tools.bench.echo({ n })',
      null,
      '4 calls that the script did not wait for failed: Error: a script may make 5 calls, no more (line 1); ',
    ],
    [
      'tools.bench.echo({}); tools.bench.fail()\nthrow new Error("no")',
      null,
      'Error: no (line 2)\n1 call that the script did not wait for failed: Error: out of paper',
    ],
  ])('%j: what fails of them is told', async (code, value, words) => {
    const outcome = await forget(code)
    expect(outcome.value).toBe(value)
    expect(outcome.error).toContain(words)
  })

  const failed = (calls: string) =>
    `${calls} failed after the script had returned (it may have handled that): Error`
  test.each([
    [
      '[1, 2].forEach(async () => { try { await tools.bench.fail() } catch { console.log("handled") } }); return 1',
      failed('2 calls'),
    ],
    ['(async () => { try { await tools.bench.fail() } catch {} })(); return 1', failed('1 call')],
    ['return await Promise.race([tools.bench.echo(), tools.bench.fail()]).then(() => 1)', failed('1 call')],
    ['(async () => { await tools.bench.fail() })(); return 1', failed('1 call')],
    ['const asked = tools.bench.fail(); asked.catch(() => {}); return 1', ''],
  ])('%j: a failure that something waited for makes the result no error', async (code, words) => {
    const { value, error, late = '' } = await forget(code)
    expect([value, error]).toEqual(['1', null])
    expect(late.slice(0, words.length)).toBe(words)
    expect(late === '').toBe(words === '')
  })

  test.each([
    ['tools.bench.echo({}); tools.bench.echo({}); for (;;) {}', { computingMs: 250 }],
    [
      'tools.bench.echo({}); tools.bench.echo({}); Array.prototype.indexOf.call({ length: 1e12 }, 1)',
      { computingMs: 250 },
    ],
  ])('%j: are not made once the script is ended, and counted', async (code, less) => {
    const { error } = await forget(code, { limits: { ...limits, ...less } })
    expect(error).toBe(
      'the script was ended: it computed for more than 250 ms\n2 calls that it had asked for were not made',
    )
    expect(made).toEqual([])
  })
})

describe('what a script does wrong is told with its line', () => {
  test.each([
    ['\nconst a = 1\na.b.c()', 'TypeError: cannot read property', '(line 3)'],
    ['\n\nlet x = ;', 'SyntaxError', '(line 3)'],
    ['\nawait tools.bench.fail()', 'Error: out of paper', '(line 2)'],
    [
      'function f() {\n  throw new RangeError("far")\n}\n\nf()',
      'RangeError: far',
      '(line 2, called from line 5)',
    ],
    ['throw { a: 1 }', 'threw {"a":1}', ''],
    ['const a = {}; a.a = a; return a', 'TypeError: circular', ''],
    ['return 10n', 'TypeError', ''],
    ['import fs from "fs"', 'SyntaxError', '(line 1)'],
  ])('%j', async (code, message, line) => {
    const { value, error } = await run(code)
    expect(value).toBeNull()
    expect(error).toContain(message)
    expect(error).toContain(line)
  })
})

describe('a hostile script', () => {
  test.each([
    'for (;;) {}',
    'try { for (;;) {} } catch { return 1 } finally { for (;;) {} }',
    '/(a+)+b/.test("a".repeat(60))',
    'const flood = () => Promise.resolve().then(flood); flood(); await new Promise(() => {})',
    'const flood = async () => { for (;;) await null }; await Promise.all([flood(), flood()])',
    'return { toJSON() { for (;;) {} } }',
    // A loop of a built-in, which the engine cannot interrupt.
    'Array.prototype.indexOf.call({ length: 1e12 }, 1)',
  ])('%j is ended when its time is up', async (code) => {
    const { value, error } = await run(code, { limits: { ...limits, computingMs: 60 } })
    expect([value, error]).toEqual([null, 'the script was ended: it computed for more than 60 ms'])
  })

  test.each([
    ['for (const all = [];;) all.push(new Uint8Array(1e6))', 'out of memory'],
    ['const all = []; for (let i = 0;; i++) all.push("x".repeat(1e5) + i, all.join(""))', 'out of memory'],
    ['return [..."x".repeat(3e6)]', 'out of memory'],
    ['return new Uint8Array(1e9)', /out of memory|invalid array/],
    ['(function f() { f() })()', 'call stack'],
    ['JSON.parse("[".repeat(1e6))', 'stack'],
    ['eval("(".repeat(1e6))', /stack|memory/],
    ['const f = () => Promise.resolve().then(f); await f()', /ran out of memory \(20 MiB\)/],
    ['const f = () => tools.bench.echo({}).then(f, f); f()', '5 calls, no more, and it went on asking'],
    ['await new Promise(() => {})', 'waits for a promise that nothing will settle'],
    [
      'const e = new Error(); Object.defineProperty(e, "stack", { get() { throw 1 } }); throw e',
      'cannot be told',
    ],
    ['throw new Proxy({}, { getPrototypeOf() { throw 1 } })', 'cannot be told'],
    ['for (let i = 0; i < 9; i++) await tools.bench.echo({})', 'a script may make 5 calls, no more'],
  ])('%j is ended, and told so', async (code, words) => {
    const { value, error } = await run(code)
    expect(value).toBeNull()
    expect(error).toMatch(words)
  })

  test('whose memory ran out beside its end is told so; one that was refused a large piece is not', async () => {
    const beside = await run('const f = () => Promise.resolve().then(f); f(); return 1')
    expect(beside).toMatchObject({ value: '1', error: expect.stringContaining('ran out of memory (20 MiB)') })
    const refused = await run('try { return new Uint8Array(1e9) } catch (error) { return "caught" }')
    expect(refused).toMatchObject({ value: 'caught', error: null })
  })

  test('reaches nothing of the host', async () => {
    const nothing = [
      ...['process', 'require', 'module', 'fetch', 'setTimeout', 'WebAssembly', 'Worker', 'performance.mark'],
      ...['globalThis.process', 'this.constructor.constructor("return this")().process'],
      'tools.bench.echo.constructor("return this")().process',
      'console.log.constructor("return this")().require',
      '(await tools.bench.echo({})).constructor.constructor("return this")().process',
    ]
    const { value } = await run(`return [${nothing.map((expression) => `typeof (${expression})`).join()}]`)
    expect(JSON.parse(value ?? '')).toEqual(nothing.map(() => 'undefined'))
  })

  test('loads no module', async () => {
    const modules = ['node:fs', 'fs', './engine.ts', 'file:///etc/passwd', 'data:text/javascript,1']
    const { value } = await run(
      `return Promise.all(${JSON.stringify(modules)}.map((name) => import(name).then(() => name, () => null)))`,
    )
    expect(JSON.parse(value ?? '')).toEqual(modules.map(() => null))
  })

  test.each([
    'Object.prototype.value = "polluted"; Object.prototype.error = "x"',
    'Object.prototype.toJSON = () => "x"',
    'JSON.stringify = () => "x"; JSON.parse = () => ({})',
    'Promise.prototype.then = () => {}',
    'Array.prototype.map = () => ["x"]',
    'globalThis.tools = {}; globalThis.console = {}',
    'tools.bench.echo = () => 1; tools.__proto__ = {}',
  ])('%s harms nobody but itself', async (code) => {
    const asked: Json[] = []
    await run(`try { ${code} } catch {}; return await tools.bench.echo({ n: 1 })`, {
      async call({ args }) {
        asked.push(args)
        return { value: args }
      },
    })
    expect({}).not.toHaveProperty('value')
    expect(JSON.stringify({ n: 1 })).toBe('{"n":1}')
    expect(asked.length).toBeLessThanOrEqual(1)
    expect(await run('return 1')).toEqual({ value: '1', printed: '', error: null })
  })

  test('with huge output is cut, and told so', async () => {
    const { value, printed } = await run(
      'for (let i = 0; i < 1e3; i++) console.log("y".repeat(1e3)); return "x".repeat(1e6)',
    )
    expect(value).toBe(`${'x'.repeat(2_000)}… (cut after 2000 characters)`)
    expect(printed).toMatch(/^y+\ny+…? ?.*\(cut after 2000 characters\)$/s)
    expect(printed.length).toBeLessThan(2_100)
  })

  test('that waits for a slow call is ended in time, and the call with it', async () => {
    let cancelled = false
    const { error } = await run('tools.bench.echo({}); await tools.bench.echo({})', {
      totalMs: 700,
      call: ({ signal }) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            cancelled = true
            reject(signal.reason)
          }),
        ),
    })
    expect(error).toBe(
      'the script was ended: not done after 0.7 s\n1 call that it had asked for was not made',
    )
    expect(cancelled).toBe(true)
  })
})

test('what a call throws is no error of the script: it passes', async () => {
  const call = async () => {
    throw new Error('the server is gone')
  }
  await expect(run('try { await tools.bench.echo({}) } catch { return 1 }', { call })).rejects.toThrow(
    'the server is gone',
  )
})
