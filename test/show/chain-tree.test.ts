import { describe, expect, test } from 'vitest'
import { checkId } from '../../src/domain/grader.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { ChainView } from '../../src/forensics/chain-view.ts'
import { chainDocument } from '../../src/show/chain-document.ts'
import { renderChain } from '../../src/show/chain-tree.ts'
import { renderChains } from '../../src/show/chains-list.ts'
import { renderChainPage } from '../../src/show/page/chain-page.ts'
import { terminalOf } from '../../src/show/terminal.ts'
import type { PricedChainRow } from '../../src/store/priced-chains.ts'
import { at, caused, chainView, decision, span, spans, trial } from '../forensics/chain-views.ts'

const pipe = terminalOf({ isTTY: false, columns: 100 }, {})
const screen = terminalOf({ isTTY: true, columns: 100 }, { NO_COLOR: '1' })

describe('a chain as a tree', () => {
  test('has who, prompt, decisions, policy, calls and outcomes, each below its cause', () => {
    expect(renderChain(chainView(spans, { policies: [decision] }), screen).split('\n')).toEqual([
      'chain c · 2026-11-20 02:14:07 UTC · 1.0 s · 1 server · 2 calls · 1 would be denied',
      '"Which port?"',
      'who     ana (verified)',
      'changes files/list (says nothing of what it changes; no answer, so nobody knows)',
      '',
      '  0.00 s  model openai:gpt-x · 1,204 → 88 tokens · 41 ms',
      '          │ "Let me look."',
      '  0.81 s  └ decided files/read {"path":"a"}',
      '  0.82 s    └ call · ok · 41 ms · 1.9 kB · link 1: exact call id · says it only reads',
      '              │ returned port: 8080',
      '  0.82 s      └ policy would DENY (observed, not enforced) · no-secrets',
      '  1.00 s  call files/list · no answer · –',
      '            sent, never decided: no decision that was recorded is joined to it',
      '            {"path":"a"}',
      '',
    ])
  })

  test('a call that calltrail made for a case is marked, and is none of the agent', () => {
    const of = (purpose: 'setup' | 'state' | 'teardown') =>
      span(purpose, { server: 'files', trial: 's', attributes: { call_id: checkId(purpose, 0) } })
    const agents = span('own', { server: 'files', trial: 's', attributes: { call_id: 'call_1' } })
    // Whoever is recorded may call its calls anything.
    const forged = span('forged', { server: 'files', attributes: { call_id: checkId('state', 0) } })
    const view = chainView([of('setup'), agents, forged, of('state'), of('teardown')])
    const text = renderChain(view, screen)
    expect(text).toContain('1 server · 2 calls · 3 by calltrail · ')
    for (const words of ['set-up', 'state check', 'tear-down']) {
      expect(text).toContain(`${words} by calltrail files/read · ok`)
      expect(renderChainPage(view)).toContain(`<span class="kind">${words}</span>`)
    }
    expect(text.match(/ call files\/read/g)).toHaveLength(2)
  })

  test('took as long as lists say, to the microsecond', () => {
    const first = span('a', { at: '2026-11-20T02:14:07.000900Z', duration_ms: 1 })
    const last = span('b', { at: '2026-11-20T02:14:07.101000Z', duration_ms: 0.3 })
    expect(renderChain(chainView([first, last]), screen)).toContain('UTC · 100 ms · ')
    const hung = span('c', { outcome: 'no_answer', duration_ms: null })
    expect(renderChain(chainView([hung]), screen)).toContain('UTC · – · ')
  })

  test('what policy denied stands apart from what it would have', () => {
    const refused = { ...decision, mode: 'enforce' as const }
    const said = (policies: ChainView['policies']) => {
      const view = chainView(spans, { policies })
      return [renderChain(view, screen), renderChainPage(view)]
    }
    for (const text of said([decision])) expect(text).toMatch(/1 would be denied(<|\n)/)
    for (const text of said([refused])) {
      expect(text).toMatch(/1 denied(<|\n)/)
      expect(text).not.toContain('would be denied')
    }
  })

  test('of a trial says which case, exposure and verdict it belongs to', () => {
    const view = chainView(
      spans.map((each) => ({ ...each, run: trial.run, trial: trial.trial })),
      { trial },
    )
    const words = 'trial   files/port-of-the-service × full · failed: wrong answer · run 01a2-run'
    expect(renderChain(view, screen).split('\n')).toContain(words)
    expect(chainDocument(view)).toMatchObject({ trial })
    const playing = renderChain({ ...view, trial: null }, screen)
    expect(playing.split('\n')).toContain('run     01a2-run')
  })

  test('says what each model call cost and what they did together, and keeps silent where nobody knows', () => {
    const model = (id: string) => span(id, { kind: 'model', name: 'gpt-x', total_tokens: 7 })
    const models = [model('known'), model('unknown')]
    const costs = new Map([
      ['known', 0.25],
      ['unknown', null],
    ])
    const text = renderChain(chainView(models, { costs }), screen)
    expect(text).toMatch(/0 calls · ≥ \$0\.25 · 0 denied\n/)
    expect(text.match(/model gpt-x .*/g)).toEqual([
      'model gpt-x · 7 tokens · $0.25 · 41 ms',
      'model gpt-x · 7 tokens · 41 ms',
    ])
    expect(chainDocument(chainView(models, { costs }))).toMatchObject({
      ...{ cost_usd: 0.25, unpriced_calls: 1 },
      spans: [{ cost_usd: 0.25 }, { cost_usd: null }],
    })
    const unknown = chainView(models, { costs: new Map(models.map((each) => [each.span, null])) })
    expect(renderChain(unknown, screen)).not.toContain('$')
    expect(chainDocument(unknown)).toMatchObject({ cost_usd: null, unpriced_calls: 2 })
  })

  test('hundreds of levels deep stays as narrow as the terminal, and tells the level', () => {
    const deep = Array.from({ length: 300 }, (_, level) =>
      span(`s${level}`, { parent: level === 0 ? null : `s${level - 1}`, name: `tool${level}`, input: '' }),
    )
    const lines = renderChain(chainView(deep), pipe).split('\n')
    expect(Math.max(...lines.slice(3).map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(lines.find((line) => line.includes('tool299'))).toContain('level 299 · call tool299 · ok')
    expect(lines.find((line) => line.includes('tool16 '))).not.toContain('level')
  })

  test('an answer that was cut, and spans that name each other as parents, hide nothing', () => {
    const cutOff = span('m', { kind: 'model', name: 'openai:gpt-x', output: '{"text":"Let me' })
    const circle = [span('a', { parent: 'b', name: 'one' }), span('b', { parent: 'a', name: 'two' })]
    const text = renderChain(chainView([cutOff, ...circle]), pipe)
    for (const name of ['openai:gpt-x', 'call one', 'call two']) expect(text).toContain(name)
  })

  test('says where a call ended: in the tool, the protocol, HTTP or the connection', () => {
    const ends: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ['tool', {}],
      ['json-rpc', { code: '-32602' }],
      ['http', { code: '503' }],
      ['transport', {}],
      ['cancelled', {}],
      ['malformed', {}],
      ['no_answer', {}],
    ]
    const calls = ends.map(([outcome, attributes]) => span(outcome, { server: 'files', outcome, attributes }))
    const text = renderChain(chainView(calls), pipe)
    expect([...text.matchAll(/call files\/read · ([^·]+) · 41 ms/g)].map(([, words]) => words)).toEqual([
      'tool error',
      'JSON-RPC error -32602',
      'HTTP 503',
      'connection failed',
      'cancelled',
      'malformed answer',
      'no answer',
    ])
  })

  test('names the decisions that a call may have come of, and what was decided and never sent', () => {
    const model = (id: string, seconds: number) =>
      span(id, { kind: 'model', name: 'x', at: at(seconds), input: '' })
    const decided = (id: string, parent: string, input: string) =>
      span(id, { kind: 'decision', parent, at: at(0.5), input })
    const call = span('t', { server: 'files', at: at(0.6) })
    const all = [model('m', 0), decided('a', 'm', '{"a":1}'), decided('b', 'm', '{"a":2}')]
    const text = renderChain(
      chainView([...all, decided('c', 'm', '{"a":3}'), call, model('n', 1)], {
        links: [caused('t', ['a', 'b', 'elsewhere'])],
      }),
      pipe,
    )
    expect(text).toContain('call files/read · ok · 41 ms · link 4: one of 3 decisions · says it only reads')
    expect(text).toContain('maybe that of 0.50 s: files/read {"a":1}')
    expect(text).toContain('maybe decision elsewhere, of another chain')
    expect(text.match(/decided, never sent/g)).toHaveLength(1)
    expect(text).toMatch(/decided files\/read \{"a":3\}\n.*decided, never sent/)
  })

  test('says what may have changed, what was hidden, and on whose behalf each server was called', () => {
    const hidden = '[redacted:email:0123456789ab] [redacted:email:0123456789ab] [redacted:jwt:0123456789ab]'
    const written = span('w', { server: 'files', name: 'files/write', read_only: false, input: hidden })
    const failed = span('f', { server: 'files', name: 'files/drop', read_only: false, outcome: 'tool' })
    const posted = span('o', {
      ...{ server: 'web', name: 'web/post', read_only: false, outcome: 'transport' },
      identity: JSON.stringify({
        ...unknownIdentity,
        user: { value: 'ben', source: 'self-reported' },
        permissions: { scopes: ['post'], credentialId: 'cred-7', policySetHash: 'f'.repeat(64) },
      }),
    })
    const refused = (code: string) =>
      span(code, {
        server: 'db',
        name: `db/drop${code}`,
        read_only: false,
        outcome: 'json-rpc',
        attributes: { code },
      })
    const hints = new Map([['web/post', { destructiveHint: false, openWorldHint: true }]])
    const text = renderChain(chainView([written, failed, posted, written], { hints }), screen)
    expect(text.split('\n').slice(2, 8)).toEqual([
      'who     to files: ana (verified)',
      '        to web: ben (self-reported) · scopes post · credential cred-7 · policies ffffffffffff',
      'changes files/write × 2 · web/post (connection failed, so nobody knows)',
      'hidden  2 values · 1 email, 1 jwt',
      '',
      '  0.00 s  call files/write · ok · 41 ms · may change something',
    ])
    expect(text).toContain('connection failed · 41 ms · says it destroys nothing · reaches outside')
    const protocol = renderChain(chainView([refused('-32602'), refused('-32000')]), screen)
    expect(protocol).toContain('\nchanges db/drop-32000 (JSON-RPC error -32000, so nobody knows)\n')
  })

  test('a call that a cassette answered says so, and changed nothing', () => {
    const played = (replay: string) =>
      span(replay, { server: 'files', name: `files/${replay}`, read_only: false, attributes: { replay } })
    const text = renderChain(chainView([played('recorded'), played('missed'), played('live')]), screen)
    expect(text).toContain('call files/recorded · ok · 41 ms · from the cassette')
    expect(text).toContain('call files/missed · ok · 41 ms · missed the cassette\n')
    expect(text).toContain(
      'call files/live · ok · 41 ms · missed the cassette, asked live · may change something',
    )
    expect(text).toContain('changes files/live\n')
  })

  test('a pipe gets ASCII', () => {
    const text = renderChain(chainView(spans), pipe)
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
    const row: PricedChainRow = {
      ...{
        chain: 'c',
        started: '2026-11-20T02:14:07Z',
        duration_ms: 1,
        prompt: evil,
        arguments: null,
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
      ...{ cost_usd: null, unpriced_calls: 0 },
    }
    const called = { ...row, prompt: null, tools: ['files/read'], arguments: `{"path":"${evil}"}` }
    for (const text of [
      renderChain(chainView(hostile, { policies }), screen),
      renderChains(
        {
          ...{ rows: [row, called], isWhole: true, isFiltered: false, trials: new Map() },
          ...{ command: 'calltrail', home: '/h' },
        },
        screen,
      ),
    ]) {
      expect(text).not.toMatch(/[\u001b\u202e]/)
      expect(text).toContain('\\x1b[2J\\u202e')
    }
  })
})
