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
  { format: 'Chat Completions', provider: openai, exposure: 'full', tooMuch: 'length' },
  { format: 'Responses', provider: responses, exposure: 'native', tooMuch: 'max_output_tokens' },
  { format: 'Messages', provider: anthropic, exposure: 'full', tooMuch: 'max_tokens' },
].flatMap((each) => [true, false].map((streaming) => ({ ...each, streaming })))

const echo = (text: string, name = 'bench__echo') => ({ id: 'call_1', name, arguments: text })
const many = Array.from({ length: 400 }, (_, index) => ({ ...echo('{"title":"b"}'), id: `call_${index}` }))
const half = {
  text: 'Let me look.',
  calls: [echo('{"title":"a"}')],
  cut: { afterEvents: 3, how: 'end' },
} as const
const blocked = { status: 400, code: 'content_filter', message: 'Output blocked by content filtering policy' }
const tooLong = { status: 400, code: 'context_length_exceeded', message: 'prompt is too long: 9 > 8' }

/** What is answered first; then the model is done, unless it goes on and on. */
const firstReplies = (streaming: boolean, tooMuch: string): Readonly<Record<string, Reply>> => ({
  garbage: { status: 200, body: '<html>It works!</html>' },
  'half a stream': streaming ? half : { status: 200, body: '{"id": "msg_1", "cho' },
  'broken JSON': { calls: [echo('{"title": "a')] },
  'unknown tool': { calls: [echo('{}', 'ghost__tool')] },
  'parallel calls': { calls: many },
  'endless loop': { calls: [echo('{"title":"b"}')] },
  'endless calls': { calls: many },
  refusal: { refusal: 'I will not help with that.' },
  'content filter': blocked,
  'context overflow': tooLong,
  truncation: { text: 'Let me see what', finish: tooMuch },
  fine: { calls: [echo('{"title":"a"}')] },
})

const endless = new Set(['endless loop', 'endless calls'])

const trials: Readonly<Record<string, readonly [outcome: string, stopped: string | null, message: RegExp]>> =
  {
    garbage: ['infrastructure', null, /^(openai|anthropic) answered with /],
    'half a stream': [
      'infrastructure',
      null,
      /ended its stream before the answer was complete|cannot be read/,
    ],
    'broken JSON': ['failed', 'answered', /^malformed: chose bench\/echo \(malformed\)/],
    'unknown tool': ['failed', 'answered', /^unknown tool: chose ghost__tool/],
    'parallel calls': ['failed', 'answered', /^wrong arguments: /],
    'endless loop': ['failed', 'step limit', /^loop: called bench\/echo with the same arguments/],
    'endless calls': ['failed', 'call limit', /^wrong arguments: /],
    refusal: ['failed', 'refused', /^refused: it said "I will not help with that\."/],
    'content filter': ['failed', 'content filter', /^content filter: /],
    'context overflow': ['failed', 'context overflow', /^context overflow: request 1 was longer than/],
    truncation: [
      'failed',
      'truncated',
      /^truncated: answer 1 reached the limit of its length, after "Let me see what"/,
    ],
    fine: ['passed', 'answered', /^null$/],
  }

function answering(streaming: boolean, tooMuch: string) {
  const replies = firstReplies(streaming, tooMuch)
  return (body: JsonObject): Reply => {
    const said = JSON.stringify(body)
    const kind = Object.keys(replies).find((name) => said.includes(`Meet: ${name}.`)) ?? ''
    return said.includes('call_') && !endless.has(kind) ? { text: 'Done.' } : (replies[kind] ?? {})
  }
}

/** An API that parses its model's calls itself shows what it could not parse in a stream only; many calls take long. */
function kindsOf(format: string, streaming: boolean): readonly string[] {
  const left = [
    ...(!streaming && format === 'Messages' ? ['broken JSON'] : []),
    ...(streaming ? [] : ['parallel calls']),
    ...(streaming && format === 'Chat Completions' ? [] : ['endless calls']),
  ]
  return Object.keys(trials).filter((kind) => !left.includes(kind))
}

describe.each(formats)(
  '$format, streaming: $streaming',
  ({ format, provider, exposure, tooMuch, streaming }) => {
    const servers: ProviderServer[] = []
    afterAll(() => Promise.all(servers.map((server) => server.close())))

    test('each has an outcome of its own, and the run goes on', async () => {
      const server = await provider.start(answering(streaming, tooMuch))
      servers.push(server)
      const model: Model = provider.model(server, { streaming, maxRetries: 0 })
      const kinds = kindsOf(format, streaming)
      const cases = kinds.map((kind) => ({
        ...caseOf(kind, { calls: [expected('bench/echo', { title: { equals: 'a' } })] }),
        prompt: `Meet: ${kind}.`,
      }))
      const { run } = await play({
        suites: [suiteOf('bad', ['bench'], cases)],
        models: [model],
        exposures: [exposure],
      })
      const seen = run.trials.map(({ trial }) => [
        trial.case,
        trial.outcome,
        trial.stopped,
        String(trial.message),
      ])
      const told = kinds.map((kind) => {
        const [outcome, stopped, message] = trials[kind] ?? []
        return [kind, outcome, stopped, expect.stringMatching(message ?? '')]
      })
      expect(seen).toEqual(told)
      expect(summarise(run.trials).cells[0]?.passRate?.n).toBe(kinds.length - 2)
      const made = new Map(run.trials.map(({ trial }) => [trial.case, trial.toolCalls]))
      expect(made.get('endless loop')).toBe(20)
      expect(made.get('parallel calls') ?? 400).toBe(400)
      expect(made.get('endless calls') ?? 500).toBe(500)
    })
  },
)
