import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { checkSuite } from '../../src/config/check-suite.ts'
import { loadSuites } from '../../src/config/suites.ts'
import type { Tool } from '../../src/domain/tool.ts'
import { formatProblem } from '../../src/errors.ts'
import { complaints, folderWith } from './files.ts'

const path = { type: 'string' }
const tools: readonly Tool[] = [
  {
    name: 'files/read',
    description: '',
    inputSchema: { type: 'object', properties: { path, head: { type: 'integer' } }, required: ['path'] },
    outputSchema: { type: 'object', properties: { content: path }, additionalProperties: false },
  },
  {
    name: 'files/write',
    description: '',
    inputSchema: { type: 'object', properties: { path, content: path } },
  },
]

const config = (action: string) => `mcpServers: { files: { command: node } }
toolsets:
  office:
    servers: [files]
    composite:
      tools: [files/read]
      actions:
        - name: copy_file
          description: Copies a file.
          parameters: { from: { type: string }, to: { type: string } }
${action.replace(/^/gm, '          ')}
`

const steps = `onFailure: stop
steps:
  - { id: source, call: files/read, args: { path: "{{ input.from }}" } }
  - { call: files/write, args: { path: "{{ input.to }}", content: "{{ source.data.content }}" } }`

const suite = 'suite: s\ntoolset: office\ncases: [{ id: a, prompt: b, expect: { calls: [] } }]\n'

async function load(action: string) {
  const folder = await folderWith({ 'calltrail.yaml': config(action), 's.yaml': suite })
  const loaded = await loadConfig(undefined, folder)
  const [first] = await loadSuites(['s.yaml'], loaded)
  return { toolset: loaded.toolsets[0], problems: first ? checkSuite(first, tools).map(formatProblem) : [] }
}

test('an action is read with its parameters as a schema, and every step has a name', async () => {
  const { toolset, problems } = await load(steps)
  expect(problems).toEqual([])
  expect(toolset?.composite).toMatchObject({
    tools: ['files/read'],
    actions: [
      {
        name: 'copy_file',
        onFailure: 'stop',
        inputSchema: { required: ['from', 'to'], additionalProperties: false },
        steps: [{ id: 'source' }, { id: 'step2', when: [] }],
      },
    ],
  })
})

test.each([
  [
    'an unknown parameter',
    'input.from',
    'input.form',
    '13:61',
    '{{ input.form }} names no parameter',
    'there are: from, to',
  ],
  [
    'an unknown step',
    'source.data',
    'sauce.data',
    '14:77',
    'names no step before this one',
    'nearest: source',
  ],
  [
    'a later step',
    'input.from',
    'step2.text',
    '13:61',
    '{{ step2.text }} names no step before this one',
    'there are: input',
  ],
  [
    'what a step has not',
    'source.data',
    'source.body',
    '14:77',
    'names nothing that a step has',
    'STEP.text',
  ],
  [
    'no reference',
    'input.to',
    'input to',
    '14:50',
    '{{ input to }} is no reference',
    'write {{ input.NAME }}',
  ],
  [
    'an unknown server',
    'files/write',
    'flies/write',
    '14:23',
    '"flies" is not a server of this toolset',
    'files',
  ],
  ['no failure rule', 'onFailure: stop', 'optional: []', '8:11', '"onFailure" is missing', ''],
  ['a rule that there is not', 'onFailure: stop', 'onFailure: stopp', '11:22', 'stopp', 'nearest: stop'],
  ['nothing to undo', 'onFailure: stop', 'onFailure: undo', '11:22', 'undo needs a step that says how', ''],
  ['a misspelled key', 'id: source', 'idd: source', '13:17', 'unknown key "idd"', 'nearest: id'],
])('%s is told at load, with its place', async (_what, right, wrong, place, message, hint) => {
  const text = (await complaints(() => load(steps.replace(right, wrong)))).join('\n')
  expect(text).toContain(`calltrail.yaml:${place}`)
  expect(text).toContain(message)
  expect(text).toContain(hint)
})

test.each([
  ['an unknown tool', 'files/write', 'files/wriet', '14:23', 'no tool "files/wriet" in toolset office'],
  [
    'an unknown argument',
    '{ path: "{{ input.from }}" }',
    '{ pth: "{{ input.from }}" }',
    '13:',
    'no argument "pth"',
  ],
  ['a missing argument', '{ path: "{{ input.from }}" }', '{ head: 3 }', '13:', '"path" is missing'],
  [
    'an impossible value',
    'path: "{{ input.from }}"',
    'path: x, head: many',
    '13:',
    'does not take this value',
  ],
  [
    'what no result has',
    'source.data.content',
    'source.data.contents',
    '14:',
    'names nothing that the tool gives back',
  ],
])(
  '%s is told once the tools are known, before any model is asked',
  async (_what, right, wrong, place, message) => {
    const { problems } = await load(steps.replace(right, wrong))
    expect(problems.join('\n')).toContain(`calltrail.yaml:${place}`)
    expect(problems.join('\n')).toContain(message)
  },
)
