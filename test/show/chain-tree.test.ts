import { describe, expect, test } from 'vitest'
import { unknownIdentity } from '../../src/domain/identity.ts'
import { renderChain } from '../../src/show/chain-tree.ts'
import { renderChains } from '../../src/show/chains-list.ts'
import { terminalOf } from '../../src/show/terminal.ts'
import type { ChainRow, PolicyDecisionRow, SpanRow } from '../../src/store/queries.ts'

const pipe = terminalOf({ isTTY: false, columns: 100 }, {})
const screen = terminalOf({ isTTY: true, columns: 100 }, { NO_COLOR: '1' })

const span = (id: string, more: Partial<SpanRow>): SpanRow => ({
  ...{ span: id, session: 's', chain: 'c', parent: null, kind: 'tool', at: '2026-11-20T02:14:07.000000Z' },
  ...{ duration_ms: 41, server: null, name: 'files/read', outcome: 'ok', message: null },
  ...{
    input_digest: null,
    output_digest: null,
    prompt_digest: null,
    user: null,
    client: null,
    run: null,
    trial: null,
  },
  ...{
    read_only: true,
    input_tokens: null,
    output_tokens: null,
    definition_tokens: null,
    total_tokens: null,
  },
  ...{ tier: null, attributes: {}, input: '{"path":"a"}', output: '' },
  identity: JSON.stringify({ ...unknownIdentity, user: { value: 'ana', source: 'verified' } }),
  ...more,
})

const spans = [
  span('m', {
    kind: 'model',
    name: 'openai:gpt-x',
    prompt_digest: 'd',
    input: 'Which port?',
    input_tokens: 1204,
    output_tokens: 88,
    output: '{"text":"Let me look."}',
  }),
  span('d', { kind: 'decision', parent: 'm', at: '2026-11-20T02:14:07.810000Z' }),
  span('t', {
    parent: 'd',
    tier: 1,
    at: '2026-11-20T02:14:07.820000Z',
    server: 'files',
    attributes: { result_bytes: '1900' },
  }),
  span('p', { kind: 'policy', parent: 't', outcome: 'deny', at: '2026-11-20T02:14:07.821000Z' }),
  span('lost', {
    parent: 'not recorded',
    at: '2026-11-20T02:14:08.000000Z',
    server: 'files',
    name: 'files/list',
    outcome: 'no_answer',
    duration_ms: null,
    read_only: null,
  }),
]
const decision: PolicyDecisionRow = {
  ...{
    span: 'p',
    tool_span: 't',
    session: 's',
    chain: 'c',
    at: '',
    engine: 'cedar',
    policy_set_hash: 'h',
    mode: 'observe',
    effect: 'deny',
  },
  ...{
    policies: ['no-secrets'],
    errors: [],
    reason: '',
    action: 'call_tool',
    resource: 'files/read',
    user: null,
    run: null,
    trial: null,
    inputs_digest: '',
  },
}

describe('a chain as a tree', () => {
  test('has who, prompt, decisions, policy, calls and outcomes, each below its cause', () => {
    expect(
      renderChain({ chain: 'c', spans, proof: null, links: [], policies: [decision] }, screen).split('\n'),
    ).toEqual([
      'chain c · 2026-11-20 02:14:07 UTC · 1 server · 2 calls · 1 denied',
      '"Which port?"',
      'who     ana (verified)',
      '',
      '  0.00 s  model openai:gpt-x · 1,204 → 88 tokens · 41 ms',
      '          │ "Let me look."',
      '  0.81 s  └ decided files/read {"path":"a"}',
      '  0.82 s    └ call · ok · 41 ms · 1.9 kB · says it only reads · link 1: exact call id',
      '  0.82 s      └ policy would DENY (observed, not enforced) · no-secrets',
      '  1.00 s  call files/list · no answer · –',
      '            {"path":"a"}',
      '',
    ])
  })

  test('an answer that was cut, and spans that name each other as parents, hide nothing', () => {
    const cutOff = span('m', { kind: 'model', name: 'openai:gpt-x', output: '{"text":"Let me' })
    const circle = [span('a', { parent: 'b', name: 'one' }), span('b', { parent: 'a', name: 'two' })]
    const text = renderChain(
      { chain: 'c', spans: [cutOff, ...circle], proof: null, links: [], policies: [] },
      pipe,
    )
    for (const name of ['openai:gpt-x', 'call one', 'call two']) expect(text).toContain(name)
  })

  test('a pipe gets ASCII', () => {
    const text = renderChain({ chain: 'c', spans, proof: null, links: [], policies: [] }, pipe)
    expect(text).toContain('`-decided files/read')
    expect(text).not.toMatch(/[├└│]/)
  })

  test('hostile text comes out escaped, in the tree and in the list', () => {
    const evil = '\u001b[2J\u202e'
    const hostile = spans.map((each) => ({
      ...each,
      name: evil,
      input: evil,
      message: evil,
      output: JSON.stringify({ text: evil }),
    }))
    const policies = [{ ...decision, policies: [evil] }]
    const row: ChainRow = {
      ...{
        chain: 'c',
        started: '2026-11-20T02:14:07Z',
        duration_ms: 1,
        prompt: evil,
        sessions: 1,
        spans: 1,
        tool_calls: 1,
        errors: 0,
        no_answer: 0,
      },
      ...{
        denied: 0,
        tools: [],
        servers: [],
        models: [],
        users: [],
        clients: [],
        tier: null,
        total_tokens: null,
        run: null,
        trial: null,
      },
    }
    for (const text of [
      renderChain({ chain: 'c', spans: hostile, proof: null, links: [], policies }, screen),
      renderChains(
        { rows: [row], isWhole: true, isFiltered: false, command: 'calltrail', home: '/h' },
        screen,
      ),
    ]) {
      expect(text).not.toMatch(/[\u001b\u202e]/)
      expect(text).toContain('\\x1b[2J\\u202e')
    }
  })
})
