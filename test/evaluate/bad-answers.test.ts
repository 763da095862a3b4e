import { afterAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/domain/json.ts'
import type { Model } from '../../src/domain/model.ts'
import { summarise } from '../../src/evaluate/summary.ts'
import type { ProviderServer, Reply } from '../fixtures/providers/provider-server.ts'
import { startResponsesServer } from '../fixtures/providers/responses-server.ts'
import { anthropic, openai, type Provider } from '../models/providers.ts'
import { caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'
import { expected } from './transcripts.ts'

// What providers and their models do wrong, over real sockets, in each format; one case for each mistake.
const responses: Provider = { ...openai, start: startResponsesServer }
const formats = [
  { format: 'Chat Completions', provider: openai, exposure: 'full' },
  { format: 'Responses', provider: responses, exposure: 'native' },
  { format: 'Messages', provider: anthropic, exposure: 'full' },
].flatMap((each) => [true, false].map((streaming) => ({ ...each, streaming })))

const echo = (text: string, name = 'bench__echo') => ({ id: 'call_1', name, arguments: text })
const many = (length: number) =>
  Array.from({ length }, (_, index) => ({ ...echo(`{"title":"b${index}"}`), id: `call_${index}` }))
const half = { text: 'Let me look.', calls: [echo('{"title":"a"}')] }
const blocked = { status: 400, code: 'content_filter', message: 'Output blocked by content filtering policy' }
const tooLong = { status: 400, code: 'context_length_exceeded', message: 'prompt is too long: 9 > 8' }
const events = { 'content-type': 'text/event-stream' }

interface Mistake {
  /** What is answered first; then the model is done, unless it goes on and on. */
  readonly reply: Reply | ((nth: number) => Reply)
  readonly outcome: 'failed' | 'infrastructure'
  readonly stopped: string
  readonly message: RegExp
  readonly toolCalls?: number
  /** Where this can be: everywhere, unless given. */
  readonly formats?: readonly string[]
  readonly streaming?: boolean
}

const unreadable = {
  outcome: 'infrastructure',
  stopped: 'unreadable answer',
  message: /^(openai|anthropic) answered with /,
} as const
const cutOff = {
  outcome: 'infrastructure',
  stopped: 'half an answer',
  message: /^(openai|anthropic) ended its stream before the answer was complete/,
} as const
const filtered = { outcome: 'failed', stopped: 'content filter', message: /^content filter: / } as const
const overflow = {
  outcome: 'failed',
  stopped: 'context overflow',
  message: /^context overflow: request 1 was longer than/,
} as const

/** In the words of the format. */
const truncation = (finish: string, format: string): Mistake => ({
  reply: { text: 'Let me see what', finish },
  ...{ outcome: 'failed', stopped: 'truncated', formats: [format] },
  message: /^truncated: answer 1 reached the limit of its length, after "Let me see what"/,
})

const mistakes: Readonly<Record<string, Mistake>> = {
  garbage: { reply: { status: 200, body: '<html>It works!</html>' }, ...unreadable },
  'half JSON': { reply: { status: 200, body: '{"id": "msg_1", "cho' }, ...unreadable },
  'broken events': {
    ...{ reply: { status: 200, headers: events, body: 'event: x\ndata: {"id": \n\n' }, streaming: true },
    ...unreadable,
  },
  'half a stream': { reply: { ...half, cut: { afterEvents: 3, how: 'end' } }, ...cutOff },
  'a broken connection': { reply: { ...half, cut: { afterEvents: 3, how: 'reset' } }, ...cutOff },
  'broken JSON': {
    reply: { calls: [echo('{"title": "a')] },
    ...{ outcome: 'failed', stopped: 'answered', message: /^malformed: chose bench\/echo \(malformed\)/ },
  },
  'bottomless JSON': {
    reply: { calls: [echo(`{"title":${'['.repeat(3000)}${']'.repeat(3000)}}`)] },
    ...{ outcome: 'failed', stopped: 'answered', message: /^malformed: chose bench\/echo \(malformed\)/ },
  },
  'a number beyond every double': {
    reply: { calls: [echo('{"title":"a","n":-1e400}')] },
    ...{ outcome: 'failed', stopped: 'answered', message: /^malformed: chose bench\/echo \(malformed\)/ },
  },
  'unknown tool': {
    reply: { calls: [echo('{}', 'ghost__tool')] },
    ...{ outcome: 'failed', stopped: 'answered', message: /^unknown tool: chose ghost__tool/ },
  },
  'parallel calls': {
    reply: { calls: many(400) },
    ...{ outcome: 'failed', stopped: 'too many calls', toolCalls: 0 },
    message: /^too many calls: decided on 400 calls at once, 100 at most: bench\/echo$/,
  },
  'endless loop': {
    reply: () => ({ calls: [echo('{"title":"b"}')] }),
    ...{ outcome: 'failed', stopped: 'step limit', toolCalls: 20 },
    message: /^loop: called bench\/echo with the same arguments/,
  },
  'endless calls': {
    // Each round with other arguments: no loop.
    reply: (nth) => ({ calls: many(100).map((call) => ({ ...call, arguments: `{"title":"${nth}"}` })) }),
    ...{ outcome: 'failed', stopped: 'call limit', toolCalls: 500 },
    message: /^too many calls: decided on 600 calls in all, 500 at most: bench\/echo$/,
    ...{ formats: ['Chat Completions'], streaming: true },
  },
  refusal: {
    reply: { refusal: 'I will not help with that.' },
    ...{ outcome: 'failed', stopped: 'refused' },
    message: /^refused: it said "I will not help with that\."/,
  },
  'content filter': { reply: blocked, ...filtered },
  'a filtered answer': {
    reply: { text: 'Let', finish: 'content_filter' },
    ...filtered,
    formats: ['Chat Completions', 'Responses'],
  },
  'context overflow': { reply: tooLong, ...overflow },
  'a truncated completion': truncation('length', 'Chat Completions'),
  'a truncated response': truncation('max_output_tokens', 'Responses'),
  'a truncated message': truncation('max_tokens', 'Messages'),
  'a context that is full': {
    reply: { text: 'Let', finish: 'model_context_window_exceeded' },
    ...overflow,
    formats: ['Messages'],
  },
  'an overflow in the answer': {
    reply: { failure: { code: tooLong.code, message: tooLong.message } },
    ...overflow,
    formats: ['Responses'],
  },
}

function answering() {
  const asked = new Map<string, number>()
  return (body: JsonObject): Reply => {
    const said = JSON.stringify(body)
    const kind = Object.keys(mistakes).find((name) => said.includes(`Meet: ${name}.`)) ?? ''
    const reply = mistakes[kind]?.reply ?? { calls: [echo('{"title":"a"}')] }
    const nth = asked.get(kind) ?? 0
    asked.set(kind, nth + 1)
    if (typeof reply === 'function') return reply(nth)
    return said.includes('call_') ? { text: 'Done.' } : reply
  }
}

const unparsable = ['broken JSON', 'a number beyond every double']

/** An API that parses its model's calls itself shows what it could not parse in a stream only. */
function mistakesOf(format: string, isStreamed: boolean): readonly (readonly [string, Mistake])[] {
  return Object.entries(mistakes).filter(
    ([kind, { formats = [format], streaming = isStreamed }]) =>
      formats.includes(format) &&
      streaming === isStreamed &&
      !(unparsable.includes(kind) && format === 'Messages' && !isStreamed),
  )
}

describe.each(formats)('$format, streaming: $streaming', ({ format, provider, exposure, streaming }) => {
  const servers: ProviderServer[] = []
  afterAll(() => Promise.all(servers.map((server) => server.close())))

  test('each has an outcome of its own, and the run goes on', async () => {
    const server = await provider.start(answering())
    servers.push(server)
    const model: Model = provider.model(server, { streaming, maxRetries: 0 })
    const met = mistakesOf(format, streaming)
    const cases = [...met.map(([kind]) => kind), 'fine'].map((kind) => ({
      ...caseOf(kind, { calls: [expected('bench/echo', { title: { equals: 'a' } })] }),
      prompt: `Meet: ${kind}.`,
    }))
    const { run } = await play({
      suites: [suiteOf('bad', ['bench'], cases)],
      models: [model],
      exposures: [exposure],
    })
    expect(
      run.trials.map(({ trial }) => [trial.case, trial.outcome, trial.stopped, String(trial.message)]),
    ).toEqual([
      ...met.map(([kind, { outcome, stopped, message }]) => [
        kind,
        outcome,
        stopped,
        expect.stringMatching(message),
      ]),
      ['fine', 'passed', 'answered', 'null'],
    ])
    const made = new Map(run.trials.map(({ trial }) => [trial.case, trial.toolCalls]))
    for (const [kind, { toolCalls }] of met) expect(made.get(kind)).toBe(toolCalls ?? made.get(kind))
    const { cells, endings, infrastructureEndings } = summarise(run.trials)
    const failed = met.filter(([, { outcome }]) => outcome === 'failed')
    expect(cells[0]?.passRate?.n).toBe(failed.length + 1)
    expect(cells[0]?.infrastructureErrors).toBe(met.length - failed.length)
    expect(namesOf(endings)).toEqual(new Set(failed.map(([, { stopped }]) => stopped).filter(isNoAnswer)))
    expect(namesOf(infrastructureEndings)).toEqual(new Set(['unreadable answer', 'half an answer']))
  })
})

const isNoAnswer = (stopped: string) => stopped !== 'answered'
const namesOf = (counted: readonly { readonly ending: string }[]) =>
  new Set(counted.map(({ ending }) => ending))
