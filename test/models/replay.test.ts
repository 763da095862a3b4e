import { expect, test } from 'vitest'
import type { Model } from '../../src/domain/model.ts'
import { type ReplayLine, recordOutputs, replayModel, requestHash } from '../../src/models/replay.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { type ContractAnswer, contractRequest, describeModelContract } from '../contracts/model.ts'

const never = new AbortController().signal

/** Records each answer of a scripted model first, and answers with what comes back from the line. */
async function replaying(answers: readonly ContractAnswer[]) {
  const script = scriptedModel(
    'recorded',
    answers.map(({ reported = true, ...answer }) => ({
      ...answer,
      ...(reported && { usage: { inputTokens: 20, outputTokens: 10 } }),
    })),
  )
  const generate: Model['generate'] = async (request, signal) => {
    const lines: string[] = []
    await recordOutputs(script, (line) => lines.push(JSON.stringify(line))).generate(request, never)
    return replayModel(
      'replay:memory',
      lines.map((line): ReplayLine => JSON.parse(line)),
    ).generate(request, signal)
  }
  return { model: { ...replayModel('replay:memory', []), generate }, close: async () => {} }
}

describeModelContract('replay', {
  kind: 'test double',
  create: () => replaying([{ text: 'Hello.' }]),
  answering: replaying,
  deterministic: true,
  keepsMalformed: true,
})

const line = async (text: string): Promise<ReplayLine> => ({
  requestHash: requestHash(contractRequest),
  output: await scriptedModel('recorded', [{ text }]).generate(contractRequest, never),
})

test('the nth time that a request comes, the nth answer is given; after the last, none', async () => {
  const model = replayModel('replay:two', [await line('first'), await line('second')])
  expect((await model.generate(contractRequest, never)).text).toBe('first')
  expect((await model.generate(contractRequest, never)).text).toBe('second')
  await expect(model.generate(contractRequest, never)).rejects.toMatchObject({
    name: 'InfrastructureError',
    code: 'replay_miss',
    message: expect.stringContaining('recorded: 2'),
  })
})

test('a request that differs in a message, a tool or the seed was not recorded', async () => {
  const model = replayModel('replay:one', [await line('only')])
  for (const change of [{ messages: [] }, { tools: [] }, { seed: 8 }, { temperature: 1 }]) {
    await expect(model.generate({ ...contractRequest, ...change }, never)).rejects.toMatchObject({
      code: 'replay_miss',
    })
  }
})

test('the order of keys does not matter to the hash, nor what a model is not shown', () => {
  const tools = contractRequest.tools.map(({ name, description, inputSchema }) => ({
    inputSchema: Object.fromEntries(Object.entries(inputSchema).reverse()),
    description,
    name,
    annotations: { readOnlyHint: true },
  }))
  expect(requestHash({ ...contractRequest, tools })).toBe(requestHash(contractRequest))
})

test('a tool that the provider loads on demand makes another request; the hash of others stays as it was', () => {
  const loaded = (count: number) =>
    contractRequest.tools.map((tool, nth) => (nth < count ? { ...tool, deferred: true as const } : tool))
  const hashes = [0, 1, 2].map((count) => requestHash({ ...contractRequest, tools: loaded(count) }))
  expect(new Set(hashes).size).toBe(3)
  expect(hashes[0]).toBe('edcd0c3eb67f57abdd73b38f54b8ce4e5b733a9e4399baeecd638eb2e400a1fa')
})
