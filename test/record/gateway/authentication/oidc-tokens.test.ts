import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type OidcOptions, oidcTokens } from '../../../../src/record/gateway/authentication/oidc-tokens.ts'
import { signingKey, startIssuer } from '../../../fixtures/issuer/issuer.ts'

const now = () => Math.floor(Date.now() / 1000)
const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function open(options: Partial<OidcOptions> = {}) {
  const issuer = await startIssuer()
  const authenticator = oidcTokens({ issuer: issuer.issuer, audience: issuer.audience, ...options })
  return { issuer, authenticator, ask: (token: string) => authenticator.authenticate(token) }
}

describe('a token of the issuer', () => {
  test('says who it is, in which groups and role, and what it allows', async () => {
    const { issuer, ask } = await open()
    const token = await issuer.sign({
      groups: ['dev', 'ops'],
      role: 'engineer',
      scope: 'read write',
      jti: 't-1',
    })
    expect(await ask(token)).toEqual({
      holder: {
        ...{ user: 'ana', groups: ['dev', 'ops'], role: 'engineer', env: null },
        ...{ scopes: ['read', 'write'], credentialId: 'oidc:t-1', bearer: token },
        expiresAtMs: expect.toSatisfy((ms: number) => Math.abs(ms - Date.now() - 330_000) < 30_000),
      },
    })
  })

  test('may say it in claims of other names, below others, and in lists', async () => {
    const { issuer, ask } = await open({
      ...{ userClaim: 'email', groupsClaim: 'https://example.com/groups', roleClaim: 'realm_access.roles' },
    })
    const token = await issuer.sign({
      ...{ email: 'ana@example.com', 'https://example.com/groups': 'dev', scp: ['read'] },
      realm_access: { roles: ['admin', 'user'] },
    })
    expect(await ask(token)).toMatchObject({
      holder: { user: 'ana@example.com', groups: ['dev'], role: 'admin', scopes: ['read'] },
    })
  })

  test('without an id is named by its digest, and one that says nothing more has nothing more', async () => {
    const { issuer, ask } = await open()
    const verdict = await ask(await issuer.sign())
    expect(verdict).toMatchObject({
      holder: {
        ...{ groups: null, role: null, scopes: null },
        credentialId: expect.stringMatching(/^oidc:[0-9a-f]{16}$/),
      },
    })
  })

  test.for(['RS256', 'PS384', 'EdDSA'])('may be signed by %s', async (alg) => {
    const { issuer, ask } = await open()
    const key = await signingKey('key-1', alg)
    Object.assign(issuer.key.jwk, { crv: undefined, x: undefined, y: undefined }, key.jwk)
    expect(await ask(await issuer.sign({}, key))).toHaveProperty('holder')
  })

  test('is known by a key that the issuer has had for a moment only', async () => {
    const { issuer, ask } = await open({ cooldownMs: 0 })
    const old = await issuer.sign()
    expect(await ask(old)).toHaveProperty('holder')
    await issuer.rotate('key-2')
    expect(await ask(await issuer.sign())).toHaveProperty('holder')
    expect(await ask(old)).toEqual({ refusal: 'the key of the token is none of its issuer' })
  })

  test('makes nobody ask for keys again and again', async () => {
    const { issuer, ask } = await open()
    const stranger = await signingKey('of-nobody')
    for (let round = 0; round < 5; round++) await ask(await issuer.sign({}, stranger))
    expect(issuer.asked).toEqual(['/.well-known/openid-configuration', '/keys'])
  })
})

describe('what is refused', () => {
  test.for<[fact: string, claims: () => Readonly<Record<string, unknown>>, why: RegExp]>([
    ['expired', () => ({ exp: now() - 60 }), /expired/],
    ['not yet valid', () => ({ nbf: now() + 300 }), /not yet valid/],
    ['without an end', () => ({ exp: undefined }), /no end/],
    ['for another audience', () => ({ aud: 'https://other.example' }), /not for this gateway/],
    ['for nobody', () => ({ aud: undefined }), /not for this gateway/],
    ['of another issuer', () => ({ iss: 'https://other.example' }), /of another issuer/],
    ['of nobody', () => ({ sub: undefined }), /no claim sub/],
    ['bound to a key', () => ({ cnf: { jkt: 'x' } }), /bound to a key/],
  ])('a token that is %s', async ([, claims, why]) => {
    const { issuer, ask } = await open()
    expect(await ask(await issuer.sign(claims()))).toEqual({ refusal: expect.stringMatching(why) })
  })

  test('one that was changed, signed by another with the name of the key, or not signed at all', async () => {
    const { issuer, ask } = await open()
    const [header = '', , signature = ''] = (await issuer.sign()).split('.')
    const claims = { iss: issuer.issuer, aud: issuer.audience, sub: 'root', exp: now() + 300 }
    expect(await ask(`${header}.${base64(claims)}.${signature}`)).toEqual({
      refusal: expect.stringContaining('signature'),
    })
    const forged = await issuer.sign({}, await signingKey('key-1'))
    expect(await ask(forged)).toEqual({ refusal: expect.stringContaining('signature') })
    for (const alg of ['none', 'None', 'nOnE'])
      expect(await ask(`${base64({ alg })}.${base64(claims)}.`)).toHaveProperty('refusal')
  })

  test('one that takes the public key for a shared secret', async () => {
    const { issuer, ask } = await open()
    const claims = { iss: issuer.issuer, aud: issuer.audience, sub: 'root', exp: now() + 300 }
    const signed = `${base64({ alg: 'HS256', kid: 'key-1' })}.${base64(claims)}`
    const signature = createHmac('sha256', JSON.stringify(issuer.key.jwk)).update(signed).digest('base64url')
    expect(await ask(`${signed}.${signature}`)).toEqual({ refusal: expect.stringContaining('algorithm') })
  })

  test('what is no JWT is no token of this kind', async () => {
    const { issuer, ask } = await open()
    expect(await ask('calltrail_abc')).toBeNull()
    expect(issuer.asked).toEqual([])
  })
})

describe('what cannot be checked', () => {
  test.for(['down', 'another issuer'] as const)(
    'while the issuer is %s, nobody is refused or let in',
    async (state) => {
      const { issuer, ask } = await open()
      const token = await issuer.sign()
      issuer.become(state)
      await expect(ask(token)).rejects.toMatchObject({ code: 'authentication' })
      issuer.become('up')
      expect(await ask(token)).toHaveProperty('holder')
    },
  )

  test('keys at a configured address need no discovery', async () => {
    const { issuer } = await open()
    const { issuer: name, audience } = issuer
    const token = await issuer.sign()
    const there = oidcTokens({ issuer: name, audience, jwksUri: `${name}/keys` })
    expect(await there.authenticate(token)).toHaveProperty('holder')
    expect(issuer.asked).toEqual(['/keys'])
    const nowhere = oidcTokens({ issuer: name, audience, jwksUri: 'http://127.0.0.1:9/keys' })
    await expect(nowhere.authenticate(token)).rejects.toMatchObject({ code: 'authentication' })
  })
})
