import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/domain/json.ts'
import type { Model } from '../../../src/domain/model.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import { lexicalBaseline } from '../../../src/models/baselines/lexical.ts'
import { abstainProbability, randomBaseline } from '../../../src/models/baselines/random.ts'
import { describeModelContract } from '../../contracts/model.ts'
import { officeTools } from './office-tools.ts'
import { ask, play, said } from './play.ts'

describeModelContract('baseline:lexical', {
  kind: 'baseline',
  answering: null,
  create: async () => ({ model: lexicalBaseline(), close: async () => {} }),
  deterministic: true,
  keepsMalformed: false,
})

const requests: readonly (readonly [prompt: string, tool: string, args: JsonObject])[] = [
  [
    'Create an event titled "Board meeting" on 2026-05-04',
    'calendar/create_event',
    { title: 'Board meeting', date: '2026-05-04' },
  ],
  ['List the events on 2026-05-04.', 'calendar/list_events', { date: '2026-05-04' }],
  [
    'Send an email to anna@example.com with the subject "Budget" and the body "See you"',
    'mail/send_message',
    { to: 'anna@example.com', subject: 'Budget', body: 'See you' },
  ],
  ['Search the inbox for "rent", limit 5.', 'mail/search_inbox', { query: 'rent', limit: 5 }],
  ['What will the weather be like in Rome?', 'weather/get_forecast', { city: 'Rome' }],
  ['Convert 250 USD to EUR', 'money/convert_currency', { amount: 250 }],
  [
    'Set the brightness in the kitchen to 40 percent',
    'lights/set_brightness',
    { room: 'kitchen', percent: 40 },
  ],
  ['Turn off all the lights.', 'lights/turn_off', {}],
  [
    'Open an issue in project WEB titled "Login fails" with high priority',
    'tracker/createIssue',
    { project: 'WEB', title: 'Login fails', priority: 'high' },
  ],
  [
    'Attach the file report.pdf to draft d_17.',
    'mail/attach_file',
    { draftId: 'd_17', filePath: 'report.pdf' },
  ],
  ['What does the page https://example.com/a say?', 'web/fetch_page', { url: 'https://example.com/a' }],
  [
    'Add "Anna" anna@example.com to the address book.',
    'contacts/add_people',
    { people: [{ name: 'Anna', email: 'anna@example.com' }] },
  ],
]

test.each(requests)('%s', async (prompt, tool, args) => {
  const { decisions } = await ask(lexicalBaseline(), prompt, officeTools)
  expect(decisions).toMatchObject([{ tool, arguments: args }])
})

test.each([
  'Hello! How are you today?',
  'Thanks, that is all.',
  'What is the capital of France?',
  'What is 17 plus 25?',
  'Who wrote Hamlet?',
  'What is an event loop?',
  'Explain the difference between a lease and a rental.',
  'Write a haiku about the sea.',
  'Why is the sky blue?',
  'Which song won the contest in its first year?',
  'How long does a letter take to cross the ocean in bad weather?',
  'Is a person with many contacts happier than one with few close friends?',
  'Suggest a title for a poem about rivers and mountains.',
  '',
])('it calls nothing for: %s', async (prompt) => {
  const { decisions, finishReason, text } = await ask(lexicalBaseline(), prompt, officeTools)
  expect({ decisions, finishReason }).toEqual({ decisions: [], finishReason: 'stop' })
  expect(text).not.toBe('')
})

test('steps are called one a turn, and the answer is the text of the results', async () => {
  const prompt = 'Search the inbox for "rent"; then turn off all the lights.'
  const { calls, answer } = await play(lexicalBaseline(), prompt, officeTools, {
    run: ({ name }) => said(`ran ${name}`),
  })
  expect(calls.map(({ id, name }) => [id, name])).toEqual([
    ['call_1', 'mail/search_inbox'],
    ['call_2', 'lights/turn_off'],
  ])
  expect(answer).toBe('ran mail/search_inbox\n\nran lights/turn_off')
})

test('a later step uses what an earlier one found', async () => {
  const prompt = 'List the events on 2026-05-04, then delete the first event.'
  const run = () => said('[{"id": "evt_9", "title": "Board meeting"}]')
  const { calls } = await play(lexicalBaseline(), prompt, officeTools, { run })
  expect(calls[1]).toMatchObject({ name: 'calendar/delete_event', arguments: { event_id: 'evt_9' } })
})

test('an answer is bounded', async () => {
  const { answer } = await play(lexicalBaseline(), 'Turn off all the lights.', officeTools, {
    run: () => said('x'.repeat(100_000)),
  })
  expect(answer).toHaveLength(8_000)
})

test('names that nobody knows do as well: it goes by words, not by known tools', async () => {
  const invented: readonly Tool[] = ['zorble', 'quax', 'fliver'].map((word) => ({
    name: `s/${word}_gadget`,
    description: `Will ${word} a gadget.`,
    inputSchema: {
      type: 'object',
      properties: { [`${word}Id`]: { type: 'string' } },
      required: [`${word}Id`],
    },
  }))
  const { decisions } = await ask(lexicalBaseline(), 'quax the gadget "g7"', invented)
  expect(decisions).toMatchObject([{ tool: 's/quax_gadget', arguments: { quaxId: 'g7' } }])
})

test('it selects far above chance, which is where random is', async () => {
  const accuracy = async (model: Model, seeds: number) => {
    let right = 0
    for (let seed = 0; seed < seeds; seed++)
      for (const [prompt, tool] of requests)
        if ((await ask(model, prompt, officeTools, seed)).decisions[0]?.tool === tool) right++
    return right / (seeds * requests.length)
  }
  expect(await accuracy(lexicalBaseline(), 1)).toBeGreaterThan(0.9)
  const chance = (1 - abstainProbability) / officeTools.length
  const deviation = Math.sqrt((chance * (1 - chance)) / (100 * requests.length))
  expect(Math.abs((await accuracy(randomBaseline(), 100)) - chance)).toBeLessThan(4 * deviation)
})

test('forty tools are indexed once: a request costs far less than a millisecond or two', async () => {
  const forty = Array.from({ length: 40 }, (_, i) => officeTools[i % officeTools.length]).flatMap(
    (tool, i) => (tool ? [{ ...tool, name: `${tool.name}_${i}` }] : []),
  )
  const model = lexicalBaseline()
  await ask(model, 'Turn off the lights.', forty)
  const times: number[] = []
  for (let i = 0; i < 200; i++) {
    const started = performance.now()
    await ask(model, `Search the inbox for "rent ${i}", then turn off the lights in room ${i}.`, forty)
    times.push(performance.now() - started)
  }
  expect(times.sort((a, b) => a - b)[100]).toBeLessThan(2)
})
