// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how these files write their variables
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { checkSuite } from '../../src/config/check-suite.ts'
import { defineServers, readServersFile, serverNames } from '../../src/config/servers-file.ts'
import { loadSuites } from '../../src/config/suites.ts'
import { UsageError } from '../../src/errors.ts'
import { folderWith } from './files.ts'

const configText =
  'mcpServers: { files: { command: node } }\ntoolsets:\n  office: { servers: [files], curated: [files/read] }\n'
const suiteText = `suite: files
toolset: office
policies: []
cases:
  - id: a
    prompt: &p Which port?
    expect: { calls: [{ tool: files/read, args: { path: { endsWith: x }, n: { number: 1, within: 0.5 } } }], answer: *p }
    tags: [read]
  - id: b
    prompt: "Hello"
    expect: { calls: [], match: exact, forbid: [files/write], answer: { regex: "a.b" } }
`
const serversText =
  '{ "mcpServers": { "files": { "command": "node", "args": ["${A:-b}", "x"], "env": { "K": "v" } } } }'

const splinters = [
  '{',
  '}',
  '[',
  ']',
  ':',
  '- ',
  '\n',
  '\t',
  '"',
  "'",
  '&p',
  '*p',
  '!x',
  '|',
  '>',
  '#',
  '? ',
  '---\n',
  '\0',
]
const words = [
  'null',
  '.nan',
  '__proto__',
  'constructor',
  'toString',
  '1e999',
  '~',
  'equals',
  '${',
  '(',
  '\u2028',
  '\uD800',
  '🙂',
]
const splinter = fc.oneof(fc.constantFrom(...splinters, ...words), fc.string({ maxLength: 6 }))
const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), drop: fc.nat(25), put: splinter })
const edits = fc.array(edit, { minLength: 1, maxLength: 4 })

function mutate(text: string, changes: readonly { at: number; drop: number; put: string }[]): string {
  return changes.reduce((current, { at, drop, put }) => {
    const index = Math.floor(at * current.length)
    return current.slice(0, index) + put + current.slice(index + drop)
  }, text)
}

/** Each mutation of the file either is read or fails with problems; anything else that is thrown fails the test. */
async function survives(
  name: string,
  text: string,
  read: (folder: string) => Promise<unknown>,
): Promise<void> {
  const folder = await folderWith({
    'calltrail.yaml': configText,
    's.yaml': suiteText,
    'mcp.json': serversText,
  })
  await read(folder)
  let refused = 0
  const property = fc.asyncProperty(edits, async (changes) => {
    await writeFile(join(folder, name), mutate(text, changes))
    try {
      await read(folder)
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError)
      refused++
    }
  })
  await fc.assert(property, { numRuns: 200 })
  expect(refused).toBeGreaterThan(40)
}

test('no mutation of a suite crashes', async () => {
  await survives('s.yaml', suiteText, async (folder) => {
    const suites = await loadSuites(['s.yaml'], await loadConfig(undefined, folder))
    for (const suite of suites) checkSuite(suite, [])
  })
})

test('no mutation of calltrail.yaml crashes', async () => {
  await survives('calltrail.yaml', configText, async (folder) => {
    const { servers } = await loadConfig(undefined, folder)
    defineServers(servers, serverNames(servers), {})
  })
})

test('no mutation of an mcpServers file crashes', async () => {
  await survives('mcp.json', serversText, async (folder) => {
    const servers = await readServersFile('mcp.json', folder)
    defineServers(servers, serverNames(servers), {})
  })
})
