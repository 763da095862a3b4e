import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createModel } from '../../src/models/models.ts'
import { requestHash } from '../../src/models/replay.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { contractRequest } from '../contracts/model.ts'
import { type Reply, testKey } from '../fixtures/providers/provider-server.ts'
import { anthropic, openai } from './providers.ts'

const never = new AbortController().signal
const failure = (name: string, env = {}) =>
  createModel(name, { env }).then(
    () => null,
    (error: unknown) => error,
  )

describe('a name on the command line', () => {
  test.each([
    ['opnai:gpt-test', 'Did you mean openai?'],
    ['baseline:lexcal', 'Did you mean lexical?'],
    ['basline:lexical', 'Did you mean baseline?'],
    ['gpt-5-mini', 'Did you mean openai:gpt-5-mini? Known: openai,'],
    ['claude-haiku-4-5', 'Did you mean anthropic:claude-haiku-4-5?'],
    ['qwen3', 'Known: openai, anthropic, baseline, scripted, replay'],
  ])('%s is unknown, and the answer names %s', async (name, expected) => {
    expect(await failure(name)).toMatchObject({ code: 'usage', message: expect.stringContaining(expected) })
  })

  test('without a model behind the colon it says what to write', async () => {
    for (const name of ['openai', 'openai:']) {
      expect(await failure(name)).toMatchObject({
        code: 'usage',
        message: expect.stringContaining('openai:NAME'),
      })
    }
  })

  test('the model keeps the name it was asked by, colons and all', async () => {
    const env = { OPENAI_BASE_URL: 'http://localhost:11434/v1' }
    expect((await createModel('openai:llama3.1:8b', { env })).name).toBe('openai:llama3.1:8b')
  })

  test.each(['baseline:lexical', 'baseline:random'])('%s is there', async (name) => {
    expect(await createModel(name, { env: {} })).toMatchObject({ name, kind: 'baseline' })
  })
})

describe('keys', () => {
  test.each([
    ['openai:gpt-test', 'OPENAI_API_KEY'],
    ['anthropic:claude-test', 'ANTHROPIC_API_KEY'],
  ])('%s without a key names %s', async (name, variable) => {
    expect(await failure(name)).toMatchObject({ code: 'usage', message: expect.stringContaining(variable) })
    const elsewhere = {
      OPENAI_BASE_URL: 'https://llm.example.com/v1',
      ANTHROPIC_BASE_URL: 'https://127.example.com',
    }
    expect(await failure(name, elsewhere)).toMatchObject({ code: 'usage' })
  })

  test.each(['http://localhost:1/v1', 'http://127.0.0.1:1', 'http://[::1]:1/v1'])(
    'a server on this machine needs none: %s',
    async (url) => {
      const env = { OPENAI_BASE_URL: url, ANTHROPIC_BASE_URL: url }
      expect(await failure('openai:x', env)).toBeNull()
      expect(await failure('anthropic:x', env)).toBeNull()
    },
  )

  test('a key that no header can carry is refused, and told nowhere', async () => {
    for (const key of ['sk-secret\r', 'sk secret', 'sk-sécret']) {
      const refused = await failure('openai:x', { OPENAI_API_KEY: key })
      expect(refused).toMatchObject({ code: 'usage', message: expect.stringContaining('OPENAI_API_KEY') })
      expect(JSON.stringify(refused)).not.toContain(key)
    }
  })

  test('a base URL that is none names its variable', async () => {
    const env = { OPENAI_BASE_URL: 'localhost/v1', OPENAI_API_KEY: testKey }
    expect(await failure('openai:x', env)).toMatchObject({
      message: expect.stringContaining('OPENAI_BASE_URL'),
    })
  })

  test.each([openai, anthropic])(
    '$name that refuses its key from the first request on is asked three times',
    async (provider) => {
      const refused = { status: 401, message: 'no such key' }
      const asks = async (first: Reply) => {
        const server = await provider.start((_, nth) => (nth === 0 ? first : refused))
        const env = { OPENAI_BASE_URL: `${server.url}/v1`, ANTHROPIC_BASE_URL: server.url }
        const keys = { OPENAI_API_KEY: testKey, ANTHROPIC_API_KEY: testKey }
        const model = await createModel(`${provider.name}:x`, { env: { ...env, ...keys } })
        const said: string[] = []
        for (let nth = 0; nth < 5; nth += 1)
          said.push(await model.generate(contractRequest, never).then(() => 'answered', String))
        await server.close()
        return { said, asked: server.requests.length }
      }
      const { said, asked } = await asks(refused)
      expect(asked).toBe(3)
      const isAgain = said.map((each) =>
        each.endsWith(' (its first requests were refused, and it was not asked again)'),
      )
      expect(isAgain).toEqual([false, false, false, true, true])
      for (const each of said) expect(each).toContain('no such key')
      // A key that was taken once is not the reason.
      expect(await asks({ text: 'Hello.' })).toMatchObject({ asked: 5 })
    },
  )

  test.each([openai, anthropic])('$name takes its key from the given environment only', async (provider) => {
    const variables = [
      'OPENAI_API_KEY',
      'OPENAI_ADMIN_KEY',
      'OPENAI_ORG_ID',
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_AUTH_TOKEN',
    ]
    for (const variable of variables) vi.stubEnv(variable, 'process-key')
    const server = await provider.start(() => ({ text: 'Hello.' }))
    try {
      const env = { OPENAI_BASE_URL: `${server.url}/v1`, ANTHROPIC_BASE_URL: server.url }
      const asked = provider.model(server, { env }).generate(contractRequest, never)
      await expect(asked).rejects.toMatchObject({ code: 'provider_refused_key' })
      expect(JSON.stringify(server.headers)).not.toContain('process-key')
    } finally {
      vi.unstubAllEnvs()
      await server.close()
    }
  })
})

describe('files', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'calltrail-models-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  const load = async (prefix: string, text: string) => {
    const file = join(folder, `${Math.random()}`)
    await writeFile(file, text)
    return createModel(`${prefix}:${file}`, { env: {} })
  }

  test('a script plays the first conversation that fits the prompt', async () => {
    const model = await load(
      'scripted',
      `- prompt: weather
  turns: [{ text: Sunny. }]
- turns:
    - calls:
        - { tool: files/read_text_file, arguments: { path: config.yaml } }
        - { tool: files/read_text_file, arguments: '{"path' }
`,
    )
    const { decisions } = await model.generate(contractRequest, never)
    expect(decisions.map((decision) => decision.arguments)).toEqual([{ path: 'config.yaml' }, null])
    const messages = [{ role: 'user', text: 'How is the weather?' }] as const
    expect((await model.generate({ ...contractRequest, messages }, never)).text).toBe('Sunny.')
  })

  test.each([
    ['- turns:\n    - txt: Sunny.\n', /:2:7 {2}0\.turns\.0: .*txt/],
    ['- turns: [\n', /:2:1 {2}/],
  ])('a broken script says where: %j', async (text, message) => {
    await expect(load('scripted', text)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message),
    })
  })

  test('a recording is played', async () => {
    const output = await scriptedModel('recorded', [{ text: 'Port 8080.' }]).generate(contractRequest, never)
    const model = await load(
      'replay',
      `${JSON.stringify({ requestHash: requestHash(contractRequest), output })}\n`,
    )
    expect(await model.generate(contractRequest, never)).toEqual(output)
  })

  test.each(['{"requestHash": ', '{"output": {}}'])('a broken recording says where: %j', async (text) => {
    await expect(load('replay', `\n${text}\n`)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/:2:1 {2}/),
    })
  })

  test.each(['scripted', 'replay'])('%s without its file is a mistake of the user', async (prefix) => {
    expect(await failure(`${prefix}:${join(folder, 'none')}`)).toMatchObject({ code: 'usage' })
  })
})
