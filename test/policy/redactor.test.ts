import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../src/policy/redactor.ts'
import { word } from './redaction/secrets.ts'

const redactor = createRedactor(Buffer.alloc(32, 1))
const json = (value: unknown): unknown => JSON.parse(redactor.json(JSON.stringify(value)))
const placeholder = (kind: string) =>
  expect.stringMatching(new RegExp(`^\\[redacted:${kind}:[0-9a-f]{12}\\]$`))

describe('a redactor, on JSON', () => {
  it('returns text without a secret as it is, to the letter', () => {
    const text =
      '{"big":12345678901234567890, "one":1.0,"e":1E+2 ,\n"esc":"\\u00e9\\/\\n","dup":1,"dup":2,"z":null,"a":[]}'
    expect(redactor.json(text)).toBe(text)
  })

  it('leaves a placeholder that is local to a case, also under the name of a secret', () => {
    const text =
      '{"password":"[redacted:password:1]","note":"use [redacted:token:100001], token=[redacted:token:2]"}'
    expect(redactor.json(text)).toBe(text)
    expect(json({ password: '[redacted:password:1234567]' })).toEqual({ password: placeholder('password') })
  })

  it('touches nothing but the literal with the secret', () => {
    const token = `ghp_${word(36)}`
    const text = `{"n":12345678901234567890, "s" :"\\u00e9 token", "list":[1.0,"see ${token}!"],"dup":1,"dup":2}`
    expect(redactor.json(text)).toMatch(
      /^\{"n":12345678901234567890, "s" :"\\u00e9 token", "list":\[1\.0,"see \[redacted:github-token:[0-9a-f]{12}\]!"\],"dup":1,"dup":2\}$/,
    )
  })

  it('replaces whole values under the names of secrets, whatever they are', () => {
    expect(
      json({
        password: 'x',
        DB_PASSWORD: 123456,
        apiKey: ['a', 1],
        'client-secret': { nested: 'b' },
        accessToken: 'c',
        private_key: 'd',
        'Set-Cookie': 'e=f',
        requestState: { opaque: true },
        'X-Api-Key': 'g',
        secretAccessKey: 'h',
        _auth: 'i',
        jwt: 'j',
        smtp_pass: 'k',
      }),
    ).toEqual({
      password: placeholder('password'),
      DB_PASSWORD: placeholder('password'),
      apiKey: placeholder('api-key'),
      'client-secret': placeholder('secret'),
      accessToken: placeholder('token'),
      private_key: placeholder('private-key'),
      'Set-Cookie': placeholder('cookie'),
      requestState: placeholder('request-state'),
      'X-Api-Key': placeholder('api-key'),
      secretAccessKey: placeholder('secret-key'),
      _auth: placeholder('authorization'),
      jwt: placeholder('token'),
      smtp_pass: placeholder('password'),
    })
  })

  it('finds names that escapes hide, and names in any case and spelling', () => {
    expect(redactor.json('{"p\\u0061ssword":"x"}')).toMatch(/^\{"p\\u0061ssword":"\[redacted:password:/)
    for (const name of [
      'PASSWORD',
      'Api_Key',
      'api.key',
      'aws_secret_access_key',
      'AuthToken',
      'oldPasswords',
      'tokens value',
      'Tokens in plain text of the session token',
    ])
      expect([name, json({ [name]: 'some value' })]).toEqual([
        name,
        { [name]: expect.stringContaining('[redacted:') },
      ])
  })

  it('keeps counts, cursors, flags and names that only sound like secrets', () => {
    const harmless = {
      max_tokens: 5,
      inputTokens: 1,
      totalTokens: 2,
      token_count: 3,
      token: 7,
      tokens: ['the', 'words'],
      token_ids: [1, 2],
      nextPageToken: 'abc',
      progressToken: 'p-1',
      stop_token: '</s>',
      tokenizer: 'o200k',
      token_type: 'Bearer',
      password: null,
      hasPassword: true,
      secret: '',
      passwordPolicy: 'strong',
      secretName: 'db',
      credentialId: 'id-1',
      accessKeyId: 'not of the form',
      'application/logout+jwt': 'a media type',
      tests: { pass: 12, bypass: 'x', compass: 'north' },
      PWD: '/srv/app',
      keyboard: 'key',
      author: 'auth',
      description:
        'Set the password: it is required. The token: the API token to use. Basic information, bearer authentication.',
      code: 'const token = await getToken(); if (password == expected) return',
    }
    expect(json(harmless)).toEqual(harmless)
  })

  it('keeps the definitions of properties that are named like secrets, but for samples in them', () => {
    const inputSchema = {
      type: 'object',
      properties: {
        token: { type: 'string', description: 'An API token', minLength: 3 },
        password: { $ref: '#/$defs/password' },
        credentials: {
          type: 'object',
          properties: { secret: { type: 'string' }, user: { type: 'string' } },
          required: ['secret'],
        },
      },
      required: ['token', 'password'],
    }
    expect(json({ tools: [{ name: 'login', inputSchema }] })).toEqual({
      tools: [{ name: 'login', inputSchema }],
    })
    expect(json({ token: { type: 'string', default: 's3cr3t' } })).toEqual({
      token: { type: 'string', default: placeholder('token') },
    })
  })

  it('takes samples out of a definition whatever their shape', () => {
    const definition = { type: 'object', default: { inner: 's3cr3t' }, examples: ['s3cr3t'] }
    expect(json({ credentials: definition })).toEqual({
      credentials: {
        type: 'object',
        default: placeholder('credential'),
        examples: placeholder('credential'),
      },
    })
  })

  it('does not take an object for a definition that has anything else in it, however deep', () => {
    expect(json({ token: { type: 'bearer', value: 'abc' } })).toEqual({ token: placeholder('token') })
    expect(json({ token: { type: 'object', properties: { secret: { value: 'abc' } } } })).toEqual({
      token: placeholder('token'),
    })
    expect(json({ password: { type: 'object', description: 'x'.repeat(9000) } })).toEqual({
      password: placeholder('password'),
    })
  })

  it('sees a name and a value in members of their own', () => {
    expect(
      json({
        env: [
          { name: 'DB_PASS', value: 'hunter2' },
          { key: 'api_key', value: 7 },
          { name: 'HOME', value: '/root' },
        ],
      }),
    ).toEqual({
      env: [
        { name: 'DB_PASS', value: placeholder('password') },
        { key: 'api_key', value: placeholder('api-key') },
        { name: 'HOME', value: '/root' },
      ],
    })
  })

  it('looks into JSON inside strings, and inside those', () => {
    const inner = JSON.stringify({
      api_key: 'abc',
      keep: 1.5,
      deeper: JSON.stringify([{ password: 'x' }, 'safe']),
    })
    const outer = JSON.stringify({ content: [{ type: 'text', text: inner }] })
    const text = JSON.parse(redactor.json(outer)).content[0].text
    expect(JSON.parse(text)).toMatchObject({ api_key: placeholder('api-key'), keep: 1.5 })
    expect(JSON.parse(JSON.parse(text).deeper)).toEqual([{ password: placeholder('password') }, 'safe'])
  })

  it('keeps the scheme of an Authorization header and tells the kind of its token', () => {
    const token = `ghp_${word(36)}`
    expect(json({ authorization: `Bearer ${token}` })).toEqual({
      authorization: expect.stringMatching(/^Bearer \[redacted:github-token:[0-9a-f]{12}\]$/),
    })
  })

  it('scans what is no JSON as text', () => {
    expect(redactor.json('{"password":"hunter2"')).toMatch(
      /^\{"password":"\[redacted:password:[0-9a-f]{12}\]"$/,
    )
  })

  it('survives nesting as deep as it comes', () => {
    for (const text of [
      `${'['.repeat(100_000)}"token"${']'.repeat(100_000)}`,
      `${'{"token":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
    ])
      expect(() => JSON.parse(redactor.json(text))).not.toThrow()
  })
})
