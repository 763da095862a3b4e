import { expect, test } from 'vitest'
import { scriptedModel } from '../../src/models/scripted.ts'
import { contractRequest, describeModelContract } from '../contracts/model.ts'

const close = async () => {}
const cost = { inputTokens: 20, outputTokens: 10 }

describeModelContract('scripted', {
  kind: 'test double',
  create: async () => ({ model: scriptedModel('scripted', [{ text: 'Hello.' }]), close }),
  answering: async (answers) => ({
    model: scriptedModel(
      'scripted',
      answers.map(({ reported = true, ...answer }) => ({ ...answer, ...(reported && { usage: cost }) })),
    ),
    close,
  }),
  deterministic: true,
  keepsMalformed: true,
})

test('a turn that the script does not have is an infrastructure error', async () => {
  const model = scriptedModel('short', [])
  await expect(model.generate(contractRequest, new AbortController().signal)).rejects.toMatchObject({
    name: 'InfrastructureError',
    code: 'script_ended',
    message: expect.stringContaining('turn 1'),
  })
})

test('a function decides by what it is shown', async () => {
  const model = scriptedModel('counting', ({ tools }, turn) => ({
    text: `${tools.length} tools, turn ${turn}`,
  }))
  const output = await model.generate(contractRequest, new AbortController().signal)
  expect(output.text).toBe('2 tools, turn 0')
})
