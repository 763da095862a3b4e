import { expect, test } from 'vitest'
import { secretNameKind } from '../../../src/policy/redaction/key-names.ts'
import { createRedactor } from '../../../src/policy/redactor.ts'

const nouns = ['token', 'TOKEN', 'credential', 'password', 'api_key', 'accessKey', 'secret', 'cookie']
const tails = ['', 's', 'S'].flatMap((plural) =>
  ['', ' ', '_', '-', ', '].flatMap((separator) =>
    ['', 'value', 'Text', 'Id', 'Estimated', 'of', 'in', 'of the token', 'in passwords'].map(
      (rest) => plural + separator + rest,
    ),
  ),
)

test('whatever name is that of a secret is found in JSON: no word of ours that is passed over hides it', () => {
  const redactor = createRedactor(Buffer.alloc(32, 1))
  const isMissed = (value: object) => !redactor.json(JSON.stringify(value)).includes('[redacted:')
  const names = nouns.flatMap((noun) => tails.map((tail) => noun + tail))
  const secret = names.filter((name) => secretNameKind(name) !== null)
  expect(secret.length).toBeGreaterThan(100)
  expect(secret.filter((name) => isMissed({ [name]: 'some value' }))).toEqual([])
  expect(secret.filter((name) => isMissed({ name, value: 'some value' }))).toEqual([])
})
