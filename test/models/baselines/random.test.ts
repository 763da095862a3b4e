import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { abstainProbability, randomBaseline } from '../../../src/models/baselines/random.ts'
import { describeModelContract } from '../../contracts/model.ts'
import { officeTools } from './office-tools.ts'
import { ask, play, said } from './play.ts'

describeModelContract('baseline:random', {
  kind: 'baseline',
  answering: null,
  create: async () => ({ model: randomBaseline(), close: async () => {} }),
  deterministic: true,
  keepsMalformed: false,
})

const prompt = 'Send an email to anna@example.com about the budget.'

test('every tool is as likely as any other, and none is chosen as often as declared', async () => {
  const draws = 8_000
  const counts = new Map<string, number>()
  for (let seed = 0; seed < draws; seed++) {
    const { decisions } = await ask(randomBaseline(), prompt, officeTools, seed)
    const name = decisions[0]?.tool ?? 'none'
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  expectWithin(counts.get('none') ?? 0, draws, abstainProbability)
  for (const { name } of officeTools) {
    expectWithin(counts.get(name) ?? 0, draws, (1 - abstainProbability) / officeTools.length)
  }
})

test('one call, with arguments that fit, then the text of its result', async () => {
  const ajv = new Ajv2020({ strict: false })
  formats.default(ajv)
  for (let seed = 0; seed < 100; seed++) {
    const { calls, answer } = await play(randomBaseline(), prompt, officeTools, {
      run: () => said('sent'),
      seed,
    })
    expect(calls.length).toBeLessThanOrEqual(1)
    expect(answer).toMatch(calls.length > 0 ? /^sent$/ : /^No tool/)
    const schema = officeTools.find(({ name }) => name === calls[0]?.name)?.inputSchema
    if (schema) expect(ajv.validate(schema, calls[0]?.arguments), ajv.errorsText()).toBe(true)
  }
})

test('equal requests have equal answers; another prompt or other tools draw anew', async () => {
  const names = async (text: string, tools = officeTools) => {
    const outputs = Array.from({ length: 40 }, (_, seed) => ask(randomBaseline(), text, tools, seed))
    return (await Promise.all(outputs)).map(({ decisions }) => decisions[0]?.tool)
  }
  expect(await names(prompt)).toEqual(await names(prompt))
  expect(await names(`${prompt} Now.`)).not.toEqual(await names(prompt))
  expect(await names(prompt, officeTools.slice(1))).not.toEqual(await names(prompt))
})

test('without a tool it calls nothing', async () => {
  for (let seed = 0; seed < 20; seed++)
    expect((await ask(randomBaseline(), prompt, [], seed)).decisions).toEqual([])
})

/** Within 4.5 standard deviations of a binomial count: a false alarm in 150,000 comparisons, and the seeds are fixed. */
function expectWithin(count: number, draws: number, probability: number): void {
  const deviation = Math.sqrt(draws * probability * (1 - probability))
  expect(Math.abs(count - draws * probability)).toBeLessThan(4.5 * deviation)
}
