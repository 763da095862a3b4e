import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { personalKinds } from '../../src/domain/redactor.ts'
import { createRedactor } from '../../src/policy/redactor.ts'

const files = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'src', 'scripts', 'dashboards', 'policies'].flatMap(filesIn),
]
const texts = files.map((file) => readFileSync(file, 'utf8'))
const lines = texts.reduce((sum, text) => sum + text.split('\n').length, 0)
const byName = ['authorization', 'secret', 'token', 'credential', 'api-key', 'password', 'cookie']

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

function kindsIn(redacted: string): readonly string[] {
  return Array.from(redacted.matchAll(/\[redacted:([a-z-]+):[0-9a-f]{12}\]/g), ([, kind = '']) => kind)
}

test('ordinary prose, code and JSON keep nearly every line, and lose only what is assigned to the name of a secret', () => {
  const redactor = createRedactor(Buffer.alloc(32, 1))
  const kinds = texts.flatMap((text) => kindsIn(redactor.text(text)))
  expect(kinds.filter((kind) => !byName.includes(kind))).toEqual([])
  expect(kinds.length / lines).toBeLessThan(1 / 500)
  for (const [index, text] of texts.entries())
    if (kindsIn(redactor.text(text)).length === 0) expect(redactor.text(text), files[index]).toBe(text)
})

test('of personal data there are the addresses of the examples, and a list of beginnings of IBANs', () => {
  const redactor = createRedactor(Buffer.alloc(32, 1), { patterns: [], names: [], detect: personalKinds })
  const personal = (text: string) =>
    kindsIn(redactor.text(text)).filter((kind) => personalKinds.some((each) => each === kind))
  const found = texts
    .map((text, index) => [files[index], personal(text)] as const)
    .filter(([, kinds]) => kinds.length > 0)
  expect(Object.fromEntries(found)).toEqual({
    'README.md': ['email'],
    'docs/audit.md': ['email'],
    'src/policy/redaction/personal-data.ts': ['iban'],
  })
})
