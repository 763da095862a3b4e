import fc from 'fast-check'
import { parse } from 'jsonc-parser'
import { describe, expect, test } from 'vitest'
import { unwrapServers, wrapServers } from '../../src/config/wrap-servers.ts'

const launcher = { command: '/usr/bin/node', args: ['/opt/calltrail/main.js'], home: null, config: null }
const wrap = (text: string) => wrapServers(text, launcher)

const recorded = (name: string, command: string, ...args: readonly string[]) => ({
  command: '/usr/bin/node',
  args: ['/opt/calltrail/main.js', 'record', '--server', name, '--', command, ...args],
})

describe('the files of clients', () => {
  test.for([
    ['Claude Desktop, Cursor', { mcpServers: { a: { command: 'x', args: ['1'] } } }, ['mcpServers', 'a']],
    ['VS Code', { servers: { a: { type: 'stdio', command: 'x', args: ['1'] } } }, ['servers', 'a']],
    ['VS Code settings', { mcp: { servers: { a: { command: 'x', args: ['1'] } } } }, ['mcp', 'servers', 'a']],
    [
      'Claude Code projects',
      { projects: { '/p': { mcpServers: { a: { command: 'x', args: ['1'] } } } } },
      ['projects', '/p', 'mcpServers', 'a'],
    ],
  ] as const)('%s', ([, file, path]) => {
    const { text, servers } = wrap(JSON.stringify(file))
    expect(servers).toEqual([{ name: 'a', state: 'wrapped' }])
    const entry = path.reduce((value, step) => value[step], parse(text))
    expect(entry).toMatchObject(recorded('a', 'x', '1'))
  })

  test('comments, order, line ends, a byte order mark and what is unknown stay', () => {
    const before =
      '\uFEFF{\r\n\t// mine\r\n\t"other": 1e3,\r\n\t"mcpServers": {\r\n\t\t"a": {"args":[ /* none */ ],"command":"x","env":{"T":"1"},},\r\n\t\t"b": { "command": "y" }, // last\r\n\t},\r\n}\r\n'
    const { text } = wrap(before)
    const list = (name: string, command: string) =>
      `"/opt/calltrail/main.js", "record", "--server", "${name}", "--", "${command}"`
    expect(text).toBe(
      before
        .replace('[ /*', `[${list('a', 'x')} /*`)
        .replace('"command":"x"', '"command":"/usr/bin/node"')
        .replace('"command": "y"', `"command": "/usr/bin/node", "args": [${list('b', 'y')}]`),
    )
  })

  test('a home is named where it is not the default one, and a configuration where there is one', () => {
    const { text } = wrapServers('{"servers":{"a":{"command":"x"}}}', {
      ...launcher,
      ...{ home: '/srv/home', config: '/srv/calltrail.yaml' },
    })
    expect(parse(text).servers.a.args.slice(0, 6)).toEqual([
      '/opt/calltrail/main.js',
      'record',
      '--home',
      '/srv/home',
      '--config',
      '/srv/calltrail.yaml',
    ])
    expect(parse(unwrapServers(text).text).servers.a).toEqual({ command: 'x', args: [] })
  })

  test('a remote server is left alone, and one that is recorded already', () => {
    const remote = '{"mcpServers":{"far":{"url":"https://x.example"},"odd":3}}'
    expect(wrap(remote)).toEqual({
      text: remote,
      servers: [
        { name: 'far', state: 'remote' },
        { name: 'odd', state: 'broken' },
      ],
    })
    const once = wrap('{"mcpServers":{"a":{"command":"x"}}}').text
    expect(wrap(once)).toEqual({ text: once, servers: [{ name: 'a', state: 'already' }] })
  })

  test('a server of the user’s own that happens to have a command `record` is wrapped like any other', () => {
    const { text, servers } = wrap(
      '{"mcpServers":{"a":{"command":"asciinema","args":["record","--server","b","--","x"]}}}',
    )
    expect(servers).toEqual([{ name: 'a', state: 'wrapped' }])
    expect(parse(unwrapServers(text).text).mcpServers.a.args).toEqual(['record', '--server', 'b', '--', 'x'])
  })
})

describe('taking it out again', () => {
  test('keeps what was changed since', () => {
    const { text } = wrap('{ "mcpServers": { "a": { "command": "x", "args": ["1", "2"] } } }')
    const changed = text.replace('"2"', '"2", "--new"').replace('} }', '}, "b": { "command": "y" } }')
    expect(unwrapServers(changed).text).toBe(
      '{ "mcpServers": { "a": { "command": "x", "args": ["1", "2", "--new"] }, "b": { "command": "y" } } }',
    )
  })

  test('gives back every entry, whatever its names and arguments', () => {
    const entry = fc.record({
      command: fc.string(),
      args: fc.array(fc.string()),
      // The parser of the test has no member of that name.
      env: fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.string(),
      ),
    })
    fc.assert(
      fc.property(fc.dictionary(fc.string(), entry), fc.nat(4), (mcpServers, indent) => {
        const before = JSON.stringify({ mcpServers }, null, indent)
        const { text, servers } = wrap(before)
        for (const [name, { command, args, env }] of Object.entries(mcpServers))
          expect(parse(text).mcpServers[name]).toEqual({ ...recorded(name, command, ...args), env })
        expect(servers.every(({ state }) => state === 'wrapped')).toBe(true)
        expect(parse(unwrapServers(text).text)).toEqual(parse(before))
      }),
    )
  })
})
