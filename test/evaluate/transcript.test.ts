import { describe, expect, test } from 'vitest'
import type { BodyRef, Entry, EntryData, EntryKind } from '../../src/domain/entry.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { Json } from '../../src/domain/json.ts'
import { unknownUsage } from '../../src/domain/model.ts'
import { transcriptOf } from '../../src/evaluate/transcript.ts'

/** A session's entries and bodies, as a recorder writes them. */
function recording() {
  const entries: Entry[] = []
  const bodies = new Map<string, string>()
  const ok = { layer: 'ok', code: null, message: null } as const

  function body(text: string): BodyRef {
    const digest = String(bodies.size)
    bodies.set(digest, text)
    return { digest, bytes: text.length }
  }
  const json = (value: Json) => body(JSON.stringify(value))
  function append<K extends EntryKind>(kind: K, data: EntryData[K]): void {
    const envelope = { v: 1, log: 'log', seq: entries.length, at: '', session: 'session' } as const
    entries.push({ ...envelope, kind, data } as Entry)
  }

  return {
    entries,
    bodies,
    transcript: () => transcriptOf(entries, (digest) => bodies.get(digest) ?? null),

    model(
      span: string,
      text: string,
      tools: readonly string[],
      more: Partial<EntryData['model_response']> = {},
    ) {
      append('model_request', {
        span,
        provider: 'test',
        model: 'scripted',
        operation: 'chat',
        prompt: body('Which port?'),
        messages: json([]),
        tools: json(tools.map((name) => ({ name, description: '', inputSchema: {} }))),
        toolCount: tools.length,
        definitionTokens: 40,
        evidence: {},
        identity: unknownIdentity,
      })
      append('model_response', {
        span,
        outcome: ok,
        responseModel: 'scripted',
        responseId: null,
        finishReason: 'stop',
        usage: unknownUsage,
        totalTokens: 60,
        estimated: true,
        content: json({ text }),
        durationMs: 3,
        timeToFirstChunkMs: null,
        ...more,
      })
    },

    decision(modelSpan: string, callId: string, tool: string, raw: string, malformed = false) {
      const span = `decision-${callId}`
      append('decision', { span, modelSpan, tool, malformed, arguments: body(raw), evidence: { callId } })
    },

    request(span: string, tool: string, args: Json, more: Partial<EntryData['tool_request']> = {}) {
      append('tool_request', {
        span,
        parentSpan: null,
        server: tool.includes('/') ? 'files' : null,
        tool,
        method: 'tools/call',
        requestId: null,
        readOnly: true,
        arguments: json(args),
        evidence: { callId: span },
        identity: unknownIdentity,
        ...more,
      })
    },

    result(span: string, text: string, more: Partial<EntryData['tool_result']> = {}) {
      append('tool_result', {
        span,
        outcome: ok,
        result: json({ content: [{ type: 'text', text }] }),
        resultBytes: text.length,
        durationMs: 2,
        evidence: {},
        ...more,
      })
    },

    policy(toolSpan: string | null, effect: 'allow' | 'deny') {
      append('policy_decision', {
        span: `policy-${toolSpan}`,
        toolSpan,
        engine: 'cedar',
        policySetHash: '00',
        mode: 'observe',
        effect,
        policies: ['p'],
        errors: [],
        reason: 'said so',
        action: 'call_tool',
        resource: 'files/read',
        inputs: json({}),
      })
    },
  }
}

describe('a trial', () => {
  test('is read back turn by turn', () => {
    const trial = recording()
    trial.model('m1', 'Let me look.', ['files/read'], { finishReason: 'tool_calls' })
    trial.decision('m1', 'c1', 'files/read', '{"path": "config.yaml"}')
    trial.policy('c1', 'allow')
    trial.request('c1', 'files/read', { path: 'config.yaml' })
    trial.result('c1', 'port: 8080')
    trial.model('m2', 'It is 8080.', ['files/read'])

    const { turns, ...rest } = trial.transcript()
    expect(rest).toEqual({ prompt: 'Which port?', answer: 'It is 8080.', stopped: 'answered' })
    expect(turns.map(({ type }) => type)).toEqual(['model', 'policy', 'call', 'model'])
    expect(turns[0]).toMatchObject({
      text: 'Let me look.',
      tools: ['files/read'],
      definitionTokens: 40,
      totalTokens: 60,
      decisions: [
        {
          id: 'c1',
          tool: 'files/read',
          arguments: { path: 'config.yaml' },
          rawArguments: '{"path": "config.yaml"}',
        },
      ],
    })
    expect(turns[1]).toMatchObject({ callId: 'c1', tool: 'files/read', decision: { effect: 'allow' } })
    expect(turns[2]).toEqual({
      type: 'call',
      id: 'c1',
      parentId: null,
      tool: 'files/read',
      arguments: { path: 'config.yaml' },
      readOnly: true,
      result: { content: [{ type: 'text', text: 'port: 8080' }], isError: false },
      durationMs: 2,
    })
  })

  test('shows what was found and what was called behind find_tool and call_tool', () => {
    const trial = recording()
    trial.request('c1', 'find_tool', { query: 'read' })
    trial.result('c1', '[]', { found: ['files/read'] })
    trial.request('c2', 'call_tool', { name: 'files/read', arguments: {} })
    trial.request('inner', 'files/read', {}, { parentSpan: 'c2', evidence: {} })
    trial.result('inner', 'text')
    trial.result('c2', 'text')
    expect(trial.transcript().turns).toEqual([
      { type: 'retrieval', query: 'read', tools: ['files/read'] },
      expect.objectContaining({ type: 'call', id: 'inner', parentId: 'c2', tool: 'files/read' }),
    ])
  })

  test('keeps a malformed decision to the letter', () => {
    const trial = recording()
    trial.model('m1', '', ['files/read'])
    trial.decision('m1', 'c1', 'files/read', '{"path": ', true)
    const [turn] = trial.transcript().turns
    expect(turn).toMatchObject({ decisions: [{ arguments: null, rawArguments: '{"path": ' }] })
  })

  test.each([
    ['tool', 'the file is gone'],
    ['transport', 'connection reset'],
  ] as const)('a failure of the %s layer is an error result that says what happened', (layer, message) => {
    const trial = recording()
    trial.request('c1', 'files/read', {})
    trial.result('c1', '', { outcome: { layer, code: null, message }, result: null })
    expect(trial.transcript().turns[0]).toMatchObject({
      result: { isError: true, content: [{ type: 'text', text: message }] },
    })
  })

  test('a model request that failed is no turn', () => {
    const trial = recording()
    trial.model('m1', '', [], { outcome: { layer: 'http', code: 529, message: 'overloaded' }, content: null })
    expect(trial.transcript()).toMatchObject({ turns: [], answer: null })
  })

  test.each([
    ['length', 'truncated'],
    ['content_filter', 'content filter'],
    ['stop', 'answered'],
  ] as const)('that ended with %s was %s', (finishReason, stopped) => {
    const trial = recording()
    trial.model('m1', 'So', [], { finishReason })
    expect(trial.transcript().stopped).toBe(stopped)
  })

  test('whose last decision led to no other turn stopped at the step limit', () => {
    const trial = recording()
    trial.model('m1', '', ['files/read'], { finishReason: 'tool_calls' })
    trial.decision('m1', 'c1', 'files/read', '{}')
    expect(trial.transcript().stopped).toBe('step limit')
  })
})

describe('what was not kept', () => {
  test('reads as unknown, never as empty', () => {
    const trial = recording()
    trial.model('m1', 'It is 8080.', ['files/read'])
    trial.decision('m1', 'c1', 'files/read', '{"path": "a"}')
    trial.request('c1', 'files/read', { path: 'a' })
    trial.result('c1', 'text')
    trial.bodies.clear()
    const { turns, answer } = trial.transcript()
    expect(answer).toContain('[redacted:not-kept:')
    expect(turns[0]).toMatchObject({ decisions: [{ arguments: {} }] })
    expect(turns[1]).toMatchObject({ arguments: null, result: { isError: false } })
  })

  test('a body that was cut is unknown too, so that a later re-score says the same as the live one', () => {
    const trial = recording()
    trial.model('m1', '', [], { content: { digest: 'cut', bytes: 99, truncated: true } })
    trial.bodies.set('cut', '{"text":"It is"}')
    expect(trial.transcript().answer).toContain('[redacted:not-kept:')
  })
})
