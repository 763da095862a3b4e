import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { defineGateway } from '../../src/config/gateway-config.ts'
import { complaints, folderWith } from './files.ts'

const digest = 'a'.repeat(64)
const text = `gateway:
  host: 10.0.0.5
  hosts: [gateway.example]
  tokens:
    - { id: ci, sha256: ${digest}, user: ci, groups: [robots], role: tester, env: test, scopes: [read] }
  oidc: { issuer: "https://issuer.example", audience: gateway, groupsClaim: roles }
  credentials:
    remote:
      ana: { headers: { authorization: "Bearer \${ANA_TOKEN}" } }
      group:dev: { headers: { x-key: "\${DEV_KEY:-none}" } }
  exchange:
    other: { url: "https://issuer.example/token", clientId: calltrail, clientSecret: "\${SECRET}" }
`

async function define(yaml: string, variables: Readonly<Record<string, string>> = {}) {
  const folder = await folderWith({ 'calltrail.yaml': yaml })
  const { gateway } = await loadConfig(undefined, folder)
  return defineGateway(gateway, ['remote', 'other'], variables)
}

describe('the gateway section of calltrail.yaml', () => {
  test('says who may come, and what is shown on their behalf, variables expanded', async () => {
    const definition = await define(text, { ANA_TOKEN: 'a-1', SECRET: 's-1' })
    expect(definition).toMatchObject({
      ...{ host: '10.0.0.5', hosts: ['gateway.example'], origins: [] },
      tokens: [{ id: 'ci', sha256: digest, user: 'ci', groups: ['robots'], scopes: ['read'] }],
      oidc: { issuer: 'https://issuer.example', audience: 'gateway', groupsClaim: 'roles' },
      credentials: {
        remote: { ana: { authorization: 'Bearer a-1' }, 'group:dev': { 'x-key': 'none' } },
      },
      exchange: { other: { clientSecret: 's-1' } },
    })
  })

  test('need not be there', async () => {
    expect(await define('toolsets: {}\n')).toMatchObject({ tokens: [], oidc: null, credentials: {} })
  })

  test('stops no command that has no gateway', async () => {
    const folder = await folderWith({ 'calltrail.yaml': text })
    await expect(loadConfig(undefined, folder)).resolves.toHaveProperty('gateway')
  })

  test('with variables that are not set names them, and no value', async () => {
    expect(await complaints(() => define(text))).toEqual([
      expect.stringMatching(/^calltrail\.yaml:9:\d+ .*authorization: the variable ANA_TOKEN is not set$/),
      expect.stringContaining('set it'),
      expect.stringMatching(/^calltrail\.yaml:12:\d+ .*clientSecret: the variable SECRET is not set$/),
      expect.stringContaining('set it'),
    ])
  })

  test.for<[fact: string, yaml: string, lines: readonly unknown[]]>([
    [
      'a token instead of its digest',
      'gateway:\n  tokens: [{ id: ci, sha256: calltrail_secret }]\n',
      [expect.stringMatching(/^calltrail\.yaml:2:\d+ .*expected the SHA-256 of the token, 64 hex digits/)],
    ],
    [
      'two tokens of one id',
      `gateway:\n  tokens:\n    - { id: ci, sha256: ${digest} }\n    - { id: ci, sha256: ${digest} }\n`,
      [expect.stringMatching(/^calltrail\.yaml:4:\d+ .*the id "ci" is taken/)],
    ],
    [
      'an issuer over an open line',
      'gateway:\n  oidc: { issuer: "http://issuer.example", audience: a }\n',
      [expect.stringMatching(/^calltrail\.yaml:2:\d+ .*expected an https address, or http on loopback/)],
    ],
    [
      'an issuer whose tokens could be for anybody',
      'gateway:\n  oidc: { issuer: "http://127.0.0.1:9" }\n',
      [expect.stringMatching(/"audience" is missing/)],
    ],
    [
      'credentials of users that nobody can tell, of a server that is not there',
      'gateway:\n  credentials:\n    remot: { ana: { headers: { x-key: k } } }\n',
      [
        expect.stringMatching(/^calltrail\.yaml:2:3 .*nobody can say who a caller is/),
        expect.stringContaining('gateway.tokens or gateway.oidc'),
        expect.stringMatching(/^calltrail\.yaml:3:5 .*no server "remot" over HTTP/),
        'nearest: remote',
      ],
    ],
    [
      'an exchange of tokens that nobody has',
      `gateway:\n  tokens: [{ id: ci, sha256: ${digest} }]\n  exchange: { remote: { url: "https://i.example/t" } }\n`,
      [expect.stringMatching(/no issuer whose tokens could be exchanged/), 'set gateway.oidc'],
    ],
  ])('%s: what is wrong, and where', async ([, yaml, lines]) => {
    const said = await complaints(() => define(yaml))
    expect(said).toEqual(lines)
    expect(said.join('\n')).not.toContain('secret')
  })
})
