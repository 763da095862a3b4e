import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/policy/redactor.ts'
import { plants } from './redaction/secrets.ts'

const redactor = createRedactor(Buffer.alloc(32, 1))

describe('for any input', () => {
  /** Text made of what secrets are made of, so that detectors meet each other. */
  const shards = fc.oneof(
    fc.constantFrom(
      'password',
      'token',
      '=',
      ': ',
      '"',
      '\\',
      ' ',
      '\n',
      '&',
      '?key=',
      '://',
      '@',
      '--',
      'Bearer ',
      'cookie=',
      '[redacted:jwt:0123456789ab]',
      '[redacted:',
      ']',
      '{',
      '}',
      '[',
      ',',
      '.',
      'a',
      '7',
    ),
    fc.constantFrom(...plants).map((plant) => plant().text),
    fc.string({ maxLength: 8, unit: 'binary' }),
  )
  const jumble = fc.array(shards, { maxLength: 12 }).map((parts) => parts.join(''))
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      jumble,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
      tie('stringified'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(
      fc.oneof(
        jumble,
        fc.constantFrom('name', 'value', 'token', 'password', 'type', 'default', 'description'),
      ),
      tie('value'),
      { maxKeys: 4 },
    ),
    stringified: tie('value').map((value) => JSON.stringify(value)),
  })).value
  const runs = { numRuns: 400 }

  it('JSON stays JSON, and redacting twice changes nothing', () => {
    fc.assert(
      fc.property(values, (value) => {
        const once = redactor.json(JSON.stringify(value))
        JSON.parse(once)
        expect(redactor.json(once)).toBe(once)
      }),
      runs,
    )
  })

  it('redacting text twice changes nothing', () => {
    fc.assert(
      fc.property(jumble, (text) => {
        const once = redactor.text(text)
        expect(redactor.text(once)).toBe(once)
        const asJson = redactor.json(text)
        expect(redactor.json(asJson)).toBe(asJson)
      }),
      runs,
    )
  })

  it('text without anything secret comes back identical, spaces and escapes and all', () => {
    const harmless = fc
      .jsonValue({ depthSize: 'medium' })
      .chain((value) => fc.constantFrom(0, 1, 3).map((indent) => JSON.stringify(value, null, indent)))
      .filter((text) => !/pwd|pass|jwt|auth|sig|token/i.test(text))
    fc.assert(
      fc.property(harmless, (text) => {
        expect(redactor.json(text)).toBe(text)
      }),
      runs,
    )
  })

  it('a planted secret never survives: in values, names, nested, escaped, in stringified JSON, in prose', () => {
    const escaped = (text: string) =>
      [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
    const hosts: readonly ((text: string) => string)[] = [
      (text) => JSON.stringify({ a: text }),
      (text) => JSON.stringify([[{ b: [1, `before\n${text} after`] }]]),
      (text) => JSON.stringify({ [text]: 1 }),
      (text) => JSON.stringify({ c: JSON.stringify({ d: JSON.stringify({ e: text }) }) }),
      (text) => JSON.stringify({ f: `Result: ${JSON.stringify({ g: text })} done` }),
      (text) => `{"h":"${escaped(text)}"}`,
      (text) => JSON.stringify({ i: text }).replaceAll('/', '\\/'),
      (text) => JSON.stringify({ j: `line one\r\n${text}\r\nline two` }),
    ]
    fc.assert(
      fc.property(fc.constantFrom(...plants), fc.constantFrom(...hosts), (plant, host) => {
        const { text, secret } = plant()
        const redacted = redactor.json(host(text))
        JSON.parse(redacted)
        expect(redacted).toContain('[redacted:')
        expect(unescaped(redacted)).not.toContain(secret)
      }),
      { numRuns: 1000 },
    )
  })

  it('a value under the name of a secret never survives', () => {
    const names = fc.constantFrom(
      'password',
      'api_key',
      'clientSecret',
      'Authorization',
      'cookie',
      'private-key',
      'AWS_SECRET_ACCESS_KEY',
    )
    fc.assert(
      fc.property(names, fc.string({ minLength: 6 }), fc.boolean(), (name, value, isNested) => {
        const secret = `${randomBytes(8).toString('hex')}${value}`
        const redacted = redactor.json(JSON.stringify({ [name]: isNested ? { inner: [secret] } : secret }))
        expect(redacted).not.toContain(secret.slice(0, 16))
      }),
      runs,
    )
  })
})

/** All escapes undone, to whatever depth. */
function unescaped(text: string): string {
  let plain = text
  for (let depth = 0; depth < 5; depth++)
    plain = plain
      .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
      .replaceAll('\\n', '\n')
      .replaceAll('\\/', '/')
      .replace(/\\(["\\])/g, '$1')
  return plain
}
