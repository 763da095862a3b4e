import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { loadSuites } from '../../src/config/suites.ts'
import { complaints, folderWith } from './files.ts'

const configText = `mcpServers:
  filesystem: { command: node }
  memory: { command: node }
toolsets:
  office: { servers: [filesystem, memory] }
`

function suiteText(body: string, head = 'suite: files\ntoolset: office\n'): string {
  return `${head}cases:\n${body}`
}

async function load(files: Readonly<Record<string, string>>, patterns = ['s.yaml']) {
  const folder = await folderWith({ 'calltrail.yaml': configText, ...files })
  return loadSuites(patterns, await loadConfig(undefined, folder))
}

const loading = (text: string) => complaints(() => load({ 's.yaml': text }))

describe('a suite', () => {
  test('is read with its defaults, bare values as equals, and absolute policy paths', async () => {
    const [suite] = await load({
      'p/read.cedar': '',
      's.yaml': suiteText(
        `  - id: port
    prompt: Which port?
    expect:
      calls: [{ tool: filesystem/read, args: { path: { endsWith: .yaml }, head: 3, tags: [a, b], none: null } }]
      answer: "8080"
`,
        'suite: files\ntoolset: office\npolicies: [p/read.cedar]\n',
      ),
    })
    expect(suite).toMatchObject({ name: 'files', file: 's.yaml', toolset: { name: 'office' } })
    expect(suite?.policies).toEqual([expect.stringMatching(/^\/.*\/p\/read\.cedar$/)])
    expect(suite?.cases[0]).toMatchObject({
      id: 'port',
      writes: false,
      tags: [],
      location: { file: 's.yaml', line: 5, column: 5 },
      expect: {
        match: 'subset',
        forbid: [],
        answer: [{ equals: '8080' }],
        calls: [
          {
            tool: 'filesystem/read',
            alternatives: [],
            args: {
              path: { endsWith: '.yaml' },
              head: { equals: 3 },
              tags: { equals: ['a', 'b'] },
              none: { equals: null },
            },
          },
        ],
      },
    })
  })

  test('knows where each part of a case was written', async () => {
    const [suite] = await load({
      's.yaml': suiteText(`  - id: port
    prompt: Which port?
    expect:
      calls: [{ tool: filesystem/read }]
`),
    })
    const locate = suite?.cases[0]?.locate
    expect(locate?.(['expect', 'calls', 0, 'tool'])).toEqual({ file: 's.yaml', line: 7, column: 23 })
    expect(locate?.(['expect', 'calls', 0, 'args', 'path'])).toEqual({ file: 's.yaml', line: 7, column: 15 })
  })

  test('may write its toolset itself', async () => {
    const head =
      'suite: files\ntoolset: { servers: [memory, filesystem], workspace: w, curated: [memory/open] }\n'
    const text = suiteText('  - { id: a, prompt: b, expect: { calls: [] } }\n', head)
    const [suite] = await load({ 's.yaml': text, 'w/note.txt': '' })
    expect(suite?.toolset).toMatchObject({
      name: 'memory+filesystem',
      servers: ['memory', 'filesystem'],
      curated: ['memory/open'],
      workspace: expect.stringMatching(/\/w$/),
      location: { line: 2, column: 10 },
    })
    expect(suite?.toolset.locate?.(['curated', 0])).toEqual({ file: 's.yaml', line: 2, column: 67 })
  })

  test('has a hash of its truth: the same for the same meaning, another for another, or for another judge', async () => {
    const hashOf = async (expectation: string, judge = 'openai:a') => {
      const body = `  - { id: a, prompt: b, expect: ${expectation} }\n`
      const head = `suite: files\ntoolset: office\njudge: ${judge}\n`
      return (await load({ 's.yaml': suiteText(body, head) }))[0]?.hash
    }
    const hash = await hashOf('{ answer: x }')
    expect(await hashOf('{ match: subset, answer: [{ equals: x }] }')).toBe(hash)
    expect(await hashOf('{ answer: y }')).not.toBe(hash)
    expect(await hashOf('{ answer: x }', 'openai:b')).toBe(hash)
    const examples = '[{ answer: x, verdict: pass }, { answer: y, verdict: fail }]'
    const rubric = `{ judge: { rubric: It is x., examples: ${examples} } }`
    expect(await hashOf(rubric)).not.toBe(await hashOf(rubric, 'openai:b'))
  })
})

describe('what is wrong with a suite is said with its place', () => {
  const good = '  - { id: a, prompt: b, expect: { calls: [] } }\n'

  test.for<[fact: string, text: string, lines: string[]]>([
    [
      'an unknown key, and the nearest one',
      suiteText('  - { id: a, prompt: b, expects: {}, expect: { calls: [] } }\n'),
      ['s.yaml:4:25  cases[0]: unknown key "expects"', 'nearest: expect'],
    ],
    [
      'an unknown key with nothing near, and all there are',
      suiteText(good, 'suite: files\ntoolset: office\nxyzzy: 1\n'),
      ['s.yaml:3:1  unknown key "xyzzy"', 'there are: suite, toolset, policies, judge, cases'],
    ],
    [
      'a value that is none of the choices, and the nearest one',
      suiteText('  - id: a\n    prompt: b\n    expect: { calls: [], match: any_order }\n'),
      [
        's.yaml:6:33  cases[0].expect.match: expected exact | any-order | subset | superset | partial-order, found "any_order"',
        'nearest: any-order',
      ],
    ],
    [
      'a missing key',
      suiteText('  - id: a\n    expect: { calls: [] }\n'),
      ['s.yaml:4:5  cases[0]: "prompt" is missing: expected text or a list'],
    ],
    [
      'a number where text is expected',
      suiteText('  - id: a\n    prompt: b\n    expect: { answer: { contains: 8080 } }\n'),
      [
        's.yaml:6:35  cases[0].expect.answer.contains: expected text, found the number 8080',
        'put it in quotes: "8080"',
      ],
    ],
    [
      'a misspelled matcher',
      suiteText(
        '  - id: a\n    prompt: b\n    expect: { calls: [{ tool: a/b, args: { p: { endWith: x } } }] }\n',
      ),
      ['s.yaml:6:49  cases[0].expect.calls[0].args.p: unknown key "endWith"', 'nearest: endsWith'],
    ],
    [
      'two matchers in one',
      suiteText('  - id: a\n    prompt: b\n    expect: { answer: { contains: x, equals: y } }\n'),
      [
        's.yaml:6:23  cases[0].expect.answer: expected one matcher, such as { endsWith: … }; number and within go together',
      ],
    ],
    [
      'a number that JSON does not have',
      suiteText('  - id: a\n    prompt: b\n    expect: { calls: [{ tool: a/b, args: { p: .nan } }] }\n'),
      [
        's.yaml:6:47  cases[0].expect.calls[0].args.p: expected a mapping or a list or text or a number or true or false or null, found the number NaN',
      ],
    ],
    [
      'a regular expression that is none',
      suiteText('  - id: a\n    prompt: b\n    expect: { answer: { regex: "(" } }\n'),
      [
        's.yaml:6:32  cases[0].expect.answer.regex: not a regular expression as RE2 has them: no look-around, no \\1; `not` says what must not match',
      ],
    ],
    [
      'a tool without its server',
      suiteText('  - id: a\n    prompt: b\n    expect: { forbid: [write_file] }\n'),
      ['s.yaml:6:24  cases[0].expect.forbid[0]: expected server/tool, found "write_file"'],
    ],
    [
      'a file that would be laid elsewhere',
      suiteText('  - id: a\n    prompt: b\n    fixtures: { ../c: d }\n    expect: { calls: [] }\n'),
      ['s.yaml:6:17  cases[0].fixtures: the key "../c": expected a path within the workspace'],
    ],
    [
      'a case that expects nothing',
      suiteText('  - id: a\n    prompt: b\n    expect: {}\n'),
      ['s.yaml:6:13  cases[0].expect: expects nothing: add calls, forbid, answer, state, judge or bfcl'],
    ],
    ['no cases', 'suite: a\ntoolset: office\ncases: []\n', ['s.yaml:3:8  cases: must not be empty']],
    [
      'the same id twice',
      suiteText(`${good}${good}`),
      ['s.yaml:5:11  cases[1].id: "a" is the id of the case in line 4 already'],
    ],
    [
      'an unknown toolset',
      suiteText(good, 'suite: files\ntoolset: offices\n'),
      ['s.yaml:2:10  toolset: no toolset "offices" in calltrail.yaml', 'nearest: office'],
    ],
    [
      'an unknown server in a toolset of its own',
      suiteText(good, 'suite: files\ntoolset: { servers: [filesytem] }\n'),
      ['s.yaml:2:22  toolset.servers[0]: no server "filesytem" in mcpServers', 'nearest: filesystem'],
    ],
    [
      'a policy file that is not there',
      suiteText(good, 'suite: files\ntoolset: office\npolicies: [p/none.cedar]\n'),
      ['s.yaml:3:12  policies[0]: no such file: p/none.cedar', 'a path goes from the folder of the suite'],
    ],
    [
      'a toolset that nobody knows, with what else is wrong',
      suiteText(good, 'suite: files\ntoolset: ofice\npolicy: []\n'),
      [
        's.yaml:2:10  toolset: no toolset "ofice" in calltrail.yaml',
        'nearest: office',
        's.yaml:3:1  unknown key "policy"',
        'nearest: policies',
      ],
    ],
    ['a list where a mapping is expected', '- a\n- b\n', ['s.yaml:1:1  expected a mapping, found a list']],
  ])('%s', async ([, text, lines]) => {
    expect(await loading(text)).toEqual(lines)
  })

  test('everything at once, of every file', async () => {
    const broken = { 'a.yaml': 'suite: 1\n', 'b.yaml': suiteText('  - { id: a }\n') }
    const lines = await complaints(() => load(broken, ['a.yaml', 'b.yaml', 'c.yaml']))
    expect(lines).toEqual([
      'a.yaml:1:1  "toolset" is missing: expected text or a mapping',
      'a.yaml:1:1  "cases" is missing: expected a list',
      'a.yaml:1:8  suite: expected text, found the number 1',
      'put it in quotes: "1"',
      'b.yaml:4:5  cases[0]: "prompt" is missing: expected text or a list',
      'b.yaml:4:5  cases[0]: "expect" is missing: expected a mapping',
      'no such file: c.yaml',
      'did you mean a.yaml or b.yaml?',
    ])
  })

  test('where no calltrail.yaml was found it says so, and names the one that the suite has', async () => {
    const elsewhere = await folderWith({})
    const folder = await folderWith({
      'suites/own.yaml': suiteText(good, 'suite: own\ntoolset: { servers: [filesystem] }\n'),
      'suites/named.yaml': suiteText(good),
    })
    const told = async () =>
      complaints(async () => loadSuites([join(folder, 'suites')], await loadConfig(undefined, elsewhere)))
    const there = 'no calltrail.yaml was found in this folder or above it; '
    expect((await told()).filter((line) => line.startsWith('no '))).toEqual(
      Array(2).fill(`${there}--config FILE names one`),
    )
    await writeFile(join(folder, 'calltrail.yaml'), configText)
    expect((await told()).filter((line) => line.startsWith('no '))).toEqual(
      Array(2).fill(`${there}the suite has one: --config ${join(folder, 'calltrail.yaml')}`),
    )
  })

  test('two suites of one name', async () => {
    const suites = { 'a.yaml': suiteText(good), 'b.yaml': suiteText(good) }
    expect(await complaints(() => load(suites, ['a.yaml', 'b.yaml']))).toEqual([
      'b.yaml:1:8  suite: "files" is the name of a.yaml already',
    ])
  })
})

describe('patterns', () => {
  const named = (name: string) =>
    suiteText('  - { id: a, prompt: b, expect: { calls: [] } }\n', `suite: ${name}\ntoolset: office\n`)
  const files = {
    'suites/b.yaml': named('b'),
    'suites/a.yaml': named('a'),
    'suites/c.yml': named('c'),
    'suites/readme.md': '',
    'suites/deeper/d.yaml': named('d'),
    'suites/deeper/workspace/config.yaml': 'port: 8080',
    'suites/.kept/e.yaml': named('e'),
  }
  const names = async (...patterns: string[]) => (await load(files, patterns)).map(({ name }) => name)

  test('name files, folders with the suites below them, and stars, each file once', async () => {
    expect(await names('suites')).toEqual(['a', 'b', 'c', 'd'])
    expect(await names('suites/*.yaml')).toEqual(['a', 'b'])
    expect(await names('suites/b*', './suites/a.yaml', 'suites/')).toEqual(['b', 'a', 'c', 'd'])
  })

  test('that match nothing are mistakes', async () => {
    expect(await complaints(() => load(files, ['suites/x*.yaml', 'nowhere/*.yaml']))).toEqual([
      'no suite (*.yaml) in suites/x*.yaml',
      'no suite (*.yaml) in nowhere/*.yaml',
    ])
  })
})
