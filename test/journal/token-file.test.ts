import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readTokenFile } from '../../src/journal/token-file.ts'
import { temporaryHome } from './temporary-home.ts'

test('the token of a home is made once, in a file of its owner alone', () => {
  const home = temporaryHome()
  const { path, token } = readTokenFile(home, 'gateway-token', () => 'first')
  expect(token).toBe('first')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readTokenFile(home, 'gateway-token', () => 'second')).toEqual({ path, token })
  expect(readFileSync(path, 'utf8')).toBe('first\n')
})

test('one that others can read, or that is no token, is not used', () => {
  const home = temporaryHome()
  const { path } = readTokenFile(home, 'gateway-token', () => 'first')
  chmodSync(path, 0o640)
  expect(() => readTokenFile(home, 'gateway-token', () => 'second')).toThrow(/open to other users/)
  chmodSync(path, 0o600)
  writeFileSync(path, '\n')
  expect(() => readTokenFile(home, 'gateway-token', () => 'second')).toThrow(/is empty/)
})
