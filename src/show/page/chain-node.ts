import type { ChainNode } from '../../forensics/reconstruct.ts'
import type { SpanRow } from '../../store/queries.ts'
import {
  answerText,
  checkWords,
  effectWords,
  gapWords,
  linkWords,
  modelFacts,
  outcomeWords,
  policyWords,
  replayWords,
} from '../chain-words.ts'
import { duration, size } from '../quantities.ts'
import { type Html, html } from './html.ts'
import { marked, payload } from './payload.ts'

export interface ChainPlace {
  /** Milliseconds since the epoch, and how long the whole chain took. */
  readonly begin: number
  readonly durationMs: number
}

/** A span with all that it led to, as an item of a list. */
export function chainNode(node: ChainNode, parent: ChainNode | null, place: ChainPlace): Html {
  const { span, children } = node
  const { kind, title, badge, facts, body } = describe(node, parent)
  const below =
    children.length > 0 ? html`<ol>${children.map((child) => chainNode(child, node, place))}</ol>` : null
  return html`<li><div class="node ${span.kind} ${badge?.tone ?? ''}">
<div class="line"><span class="offset">${offsetOf(span, place)}</span><span class="kind">${kind}</span><strong>${title}</strong>${badge ? html`<span class="badge ${badge.tone}">${badge.words}</span>` : null}<span class="quiet">${facts.join(' · ')}</span>${bar(span, place)}</div>
${notesOf(node, place).map((note) => html`<p class="note">${note}</p>`)}${body}
</div>${below}</li>
`
}

interface Description {
  readonly kind: string
  readonly title: string
  readonly badge: { readonly tone: 'good' | 'doubtful' | 'bad'; readonly words: string } | null
  readonly facts: readonly string[]
  readonly body: readonly (Html | null)[]
}

function describe(node: ChainNode, parent: ChainNode | null): Description {
  const { kind } = node.span
  if (kind === 'model') return describeModel(node)
  if (kind === 'policy') return describePolicy(node)
  return kind === 'decision' ? describeDecision(node) : describeCall(node, parent)
}

function describeModel({ span, costUsd }: ChainNode): Description {
  const [title = '', ...facts] = modelFacts(span, costUsd)
  const text = answerText(span.output)
  const badge = span.outcome === 'ok' ? null : ({ tone: 'doubtful', words: outcomeWords(span) } as const)
  return { kind: 'model', title, badge, facts, body: [text ? payload('answer', text) : null] }
}

function describeDecision({ span }: ChainNode): Description {
  const badge = span.outcome === 'malformed' ? ({ tone: 'doubtful', words: 'malformed' } as const) : null
  return { kind: 'decided', title: span.name, badge, facts: [], body: [payload('arguments', span.input)] }
}

function describePolicy(node: ChainNode): Description {
  const { span, policy } = node
  const isDenied = span.outcome === 'deny'
  const [, ...facts] = policyWords(node).split(' · ')
  const words = isDenied ? (policy?.mode === 'enforce' ? 'DENIED' : 'would deny') : 'allows'
  const set = policy
    ? [`${policy.engine}, ${policy.mode}, policy set ${policy.policy_set_hash.slice(0, 12)}`]
    : []
  const errors = policy?.errors.map((error) => html`<p class="note">error: ${error}</p>`) ?? []
  return {
    ...{ kind: 'policy', title: facts.join(' · ') || span.name, facts: set },
    badge: { tone: isDenied ? 'bad' : 'good', words },
    body: [...errors, policy?.reason ? html`<p class="note">${policy.reason}</p>` : null],
  }
}

function describeCall({ span, effect, tier }: ChainNode, parent: ChainNode | null): Description {
  const { result_bytes: bytes } = span.attributes
  const isDecided = parent?.span.kind === 'decision' && parent.span.input === span.input
  const check = checkWords(span)
  return {
    ...{ kind: check ?? 'call', title: span.name },
    badge: { tone: span.outcome === 'ok' ? 'good' : 'doubtful', words: outcomeWords(span) },
    facts: [
      ...(check === null ? [] : ['by calltrail']),
      duration(span.duration_ms),
      ...(bytes === undefined ? [] : [size(Number(bytes))]),
      ...(effect ? effectWords(effect) : []),
      ...replayWords(span),
      ...(tier === null ? [] : [linkWords(tier)]),
    ],
    body: [
      span.message ? html`<p class="note">${marked(span.message)}</p>` : null,
      isDecided ? null : payload('arguments', span.input),
      payload('result', span.output),
    ],
  }
}

function notesOf({ gap, doubt, span }: ChainNode, place: ChainPlace): readonly (string | Html)[] {
  const candidates = doubt?.candidates.map(
    ({ id, span: candidate }) =>
      html`<br>${candidate ? `${offsetOf(candidate, place)} ${candidate.name} ${candidate.input}` : `decision ${id}, of another chain`}`,
  )
  const isLost = span.output === '' && span.output_digest !== null
  return [
    ...(gap === null ? [] : [gapWords[gap]]),
    ...(doubt
      ? [
          html`one of these decisions led to it, and nothing says which (${linkWords(doubt.tier)}):${candidates ?? []}`,
        ]
      : []),
    ...(isLost ? ['what it answered was not kept, or was erased since'] : []),
  ]
}

function offsetOf({ at }: SpanRow, { begin }: ChainPlace): string {
  return `${((Date.parse(at) - begin) / 1000).toFixed(2)} s`
}

/** When it was under way, within the whole. Drawn by attributes: a style of its own is what the page forbids. */
function bar(span: SpanRow, { begin, durationMs }: ChainPlace): Html | null {
  if (durationMs <= 0 || span.duration_ms === null) return null
  const percent = (ms: number) => ((ms / durationMs) * 100).toFixed(2)
  const from = percent(Date.parse(span.at) - begin)
  const width = Math.max(0.8, Number(percent(span.duration_ms)))
  return html`<svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6"/><rect x="${from}" width="${width}" height="6"/></svg>`
}
