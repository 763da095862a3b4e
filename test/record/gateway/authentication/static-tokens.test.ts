import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { newToken, staticTokens } from '../../../../src/record/gateway/authentication/static-tokens.ts'

test('a token is known by its digest, and says what stands beside it', async () => {
  const [first, second] = [newToken(), newToken()]
  const tokens = staticTokens([
    { id: 'ci', sha256: first.sha256 },
    {
      id: 'ana-laptop',
      sha256: second.sha256,
      user: 'ana',
      groups: ['dev'],
      role: 'engineer',
      scopes: ['read'],
    },
  ])
  const nothing = {
    user: null,
    groups: null,
    role: null,
    env: null,
    scopes: null,
    bearer: null,
    expiresAtMs: null,
  }
  expect(await tokens.authenticate(first.token)).toEqual({ holder: { ...nothing, credentialId: 'ci' } })
  expect(await tokens.authenticate(second.token)).toEqual({
    holder: {
      ...{ ...nothing, user: 'ana', groups: ['dev'], role: 'engineer', scopes: ['read'] },
      credentialId: 'ana-laptop',
    },
  })
})

test.for<[fact: string, wrong: (right: { token: string; sha256: string }) => string]>([
  ['a letter more', ({ token }) => `${token}x`],
  ['a letter less', ({ token }) => token.slice(0, -1)],
  ['the digest itself', ({ sha256 }) => sha256],
  ['another', () => newToken().token],
  ['nothing', () => ''],
])('%s is no token', async ([, wrong]) => {
  const right = newToken()
  expect(await staticTokens([{ id: 'a', sha256: right.sha256 }]).authenticate(wrong(right))).toBeNull()
})

test('tokens are 32 random bytes each, and digests are compared in constant time only', () => {
  const made = Array.from({ length: 100 }, () => newToken().token)
  expect(new Set(made).size).toBe(100)
  for (const token of made) expect(token).toMatch(/^calltrail_[\w-]{43}$/)
  const source = readFileSync('src/record/gateway/authentication/static-tokens.ts', 'utf8')
  expect(source.match(/\.filter\(\(each\) => timingSafeEqual\(/g)).toHaveLength(1)
  expect(source).not.toMatch(/[!=]==|\.equals\(|\.find\(|\.get\(|\.has\(/)
})
