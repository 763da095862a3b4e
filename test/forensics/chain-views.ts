import { unknownIdentity } from '../../src/domain/identity.ts'
import type { ChainView } from '../../src/forensics/chain-view.ts'
import type { ChainTrialRow, LinkRow, PolicyDecisionRow, SpanRow } from '../../src/store/queries.ts'

export const span = (id: string, more: Partial<SpanRow>): SpanRow => ({
  ...{ span: id, session: 's', chain: 'c', parent: null, kind: 'tool', at: '2026-11-20T02:14:07.000000Z' },
  ...{ duration_ms: 41, server: null, name: 'files/read', outcome: 'ok', message: null },
  ...{ input_digest: null, output_digest: null, prompt_digest: null, user: null, client: null },
  ...{ run: null, trial: null, read_only: true, input_tokens: null, output_tokens: null },
  ...{ definition_tokens: null, total_tokens: null, tier: null, attributes: {} },
  ...{ input: '{"path":"a"}', output: '' },
  identity: JSON.stringify({ ...unknownIdentity, user: { value: 'ana', source: 'verified' } }),
  ...more,
})

/** `seconds` after the beginning. */
export const at = (seconds: number) => `2026-11-20T02:14:${(7 + seconds).toFixed(6).padStart(9, '0')}Z`

export const decision: PolicyDecisionRow = {
  ...{ span: 'p', tool_span: 't', session: 's', chain: 'c', at: '', engine: 'cedar' },
  ...{ policy_set_hash: 'h', mode: 'observe', effect: 'deny', policies: ['no-secrets'], errors: [] },
  ...{ reason: '', action: 'call_tool', resource: 'files/read', user: null, run: null, trial: null },
  inputs_digest: '',
}

export const caused = (to: string, candidates: readonly string[], more: Partial<LinkRow> = {}): LinkRow => ({
  ...{ id: `l-${to}`, session: 's', at: at(0), type: 'caused', from_span: candidates[0] ?? '', to_span: to },
  ...{ tier: 4, evidence: '{"argumentsHash":"ab"}', candidates, linker: 1 },
  ...more,
})

export const trial: ChainTrialRow = {
  ...{ run: '01a2-run', trial: 's', suite: 'files', case: 'port-of-the-service', model: 'openai:gpt-x' },
  ...{ exposure: 'full', repetition: 1, outcome: 'failed' },
  message: 'wrong answer: the answer was "7", expected to contain "8080"',
}

export const chainView = (spans: readonly SpanRow[], more: Partial<ChainView> = {}): ChainView => ({
  ...{
    chain: 'c',
    spans,
    links: [],
    policies: [],
    sessions: [],
    trial: null,
    costs: new Map(),
    hints: new Map(),
  },
  proof: { logs: [], differing: [] },
  ...more,
})

/** A model that decides, is called by a client, is denied by a policy that only observes, and a call that was lost. */
export const spans = [
  span('m', {
    ...{ kind: 'model', name: 'openai:gpt-x', prompt_digest: 'd', input: 'Which port?' },
    ...{ input_tokens: 1204, output_tokens: 88, output: '{"text":"Let me look."}' },
  }),
  span('d', { kind: 'decision', parent: 'm', at: at(0.81) }),
  span('t', {
    ...{ parent: 'd', tier: 1, at: at(0.82), server: 'files', attributes: { result_bytes: '1900' } },
    output: '{"content":[{"type":"text","text":"port: 8080"}]}',
  }),
  span('p', { kind: 'policy', parent: 't', outcome: 'deny', at: at(0.821) }),
  span('lost', {
    ...{ parent: 'not recorded', at: at(1), server: 'files', name: 'files/list', outcome: 'no_answer' },
    ...{ duration_ms: null, read_only: null },
  }),
]
