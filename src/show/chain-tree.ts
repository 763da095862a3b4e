import type { Claim, Identity } from '../domain/identity.ts'
import { isJsonObject, readJson } from '../domain/json.ts'
import type { SpanRow } from '../store/queries.ts'
import { proofLines } from './chain-proof-lines.ts'
import { type ChainView, doubtsOf, isNeverSent, withCauses } from './chain-view.ts'
import { escapeText } from './escape.ts'
import { modelLabel } from './model-label.ts'
import { amount, count, duration, size, time } from './quantities.ts'
import { cut, wrap } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

/** The whole chain as a tree: who, prompt, then what each span led to; offsets in seconds from its beginning. */
export function renderChain(seen: ChainView, terminal: Terminal): string {
  const view = { ...seen, spans: withCauses(seen) }
  const { spans } = view
  const byId = new Map(spans.map((span) => [span.span, span]))
  const children = new Map<string, SpanRow[]>()
  const roots: SpanRow[] = []
  for (const span of spans) {
    const parent = byId.get(span.parent ?? '')
    const siblings = parent && !isAbove(span, parent, byId) ? childrenOf(children, parent.span) : roots
    siblings.push(span)
  }
  const tree = { children, begin: Date.parse(spans[0]?.at ?? ''), view, terminal }
  const lines = roots.flatMap((root) => branch(root, null, ['', ''], tree))
  return `${[...heading(view, terminal), '', ...lines, ...proofLines(seen.proof, terminal)].join('\n')}\n`
}

/** A span whose parents lead back to it would show nowhere. */
function isAbove(span: SpanRow, parent: SpanRow, byId: ReadonlyMap<string, SpanRow>): boolean {
  const seen = new Set<SpanRow>()
  for (let above: SpanRow | undefined = parent; above && !seen.has(above); ) {
    if (above === span) return true
    seen.add(above)
    above = byId.get(above.parent ?? '')
  }
  return false
}

interface Tree {
  readonly children: ReadonlyMap<string, readonly SpanRow[]>
  /** Milliseconds since the epoch. */
  readonly begin: number
  readonly view: ChainView
  readonly terminal: Terminal
}

function childrenOf(children: Map<string, SpanRow[]>, parent: string): SpanRow[] {
  const siblings = children.get(parent) ?? []
  children.set(parent, siblings)
  return siblings
}

function heading({ chain, spans }: ChainView, { columns }: Terminal): readonly string[] {
  const calls = spans.filter(({ kind, server }) => kind === 'tool' && server !== null)
  const servers = new Set(calls.flatMap(({ server }) => server ?? []))
  const denied = spans.filter(({ kind, outcome }) => kind === 'policy' && outcome === 'deny').length
  const facts = [
    `chain ${chain}`,
    `${time(spans[0]?.at ?? null)} UTC`,
    count(servers.size, 'server'),
    count(calls.length, 'call'),
    `${denied} denied`,
  ]
  const prompt = spans.find(({ prompt_digest }) => prompt_digest !== null)?.input
  const [run] = spans.flatMap(({ run }) => run ?? [])
  return [
    facts.join(' · '),
    cut(prompt ? `"${escapeText(prompt)}"` : 'prompt: no recorder saw it', columns),
    ...wrap(claimsOf(spans), columns, { label: 'who     ', between: ' · ' }),
    ...(run ? [`run     ${escapeText(run)}`] : []),
  ]
}

/** Each claim with who made it; a claim that nobody made is left out. */
function claimsOf(spans: readonly SpanRow[]): readonly string[] {
  const [first] = spans
  if (!first) return ['unknown']
  const identity: Identity = JSON.parse(first.identity)
  const { user, groups, role, env, client, agent, permissions } = identity
  const claims = [
    said('', user),
    said('groups ', groups && { ...groups, value: groups.value.join(', ') }),
    said('role ', role),
    said('env ', env),
    said('client ', client),
    said('agent ', agent),
    permissions.scopes && `scopes ${permissions.scopes.join(' ')}`,
    permissions.policySetHash && `policies ${permissions.policySetHash.slice(0, 12)}`,
  ]
  const known = claims.flatMap((claim) => (claim ? [escapeText(claim)] : []))
  return known.length > 0 ? known : ['unknown']
}

function said(label: string, claim: Claim | null): string | null {
  return claim && `${label}${claim.value} (${claim.source})`
}

type Indent = readonly [own: string, below: string]

function branch(span: SpanRow, parent: SpanRow | null, [own, below]: Indent, tree: Tree): readonly string[] {
  const { terminal, begin } = tree
  const offset = `${((Date.parse(span.at) - begin) / 1000).toFixed(2)} s`.padStart(8)
  const [text, ...more] = describe(span, parent, tree)
  const children = tree.children.get(span.span) ?? []
  const [fork, end, through] = terminal.hasLines ? ['├ ', '└ ', '│ '] : ['|-', '`-', '| ']
  const blank = ' '.repeat(10)
  const rest = `${blank}${below}${children.length > 0 ? through : '  '}`
  const lines = [
    `${offset}  ${own}${cut(text ?? '', terminal.columns - blank.length - own.length)}`,
    ...more.map((line) => rest + cut(line, terminal.columns - rest.length)),
  ]
  return [
    ...lines.map((line) => colour(line, span, terminal)),
    ...children.flatMap((child, index) => {
      const isLast = index === children.length - 1
      return branch(child, span, [below + (isLast ? end : fork), below + (isLast ? '  ' : through)], tree)
    }),
  ]
}

function describe(span: SpanRow, parent: SpanRow | null, tree: Tree): readonly string[] {
  const { view } = tree
  if (span.kind === 'model') return describeModel(span)
  if (span.kind === 'decision') {
    const given = `decided ${named(span)} ${escapeText(span.input)}${malformed(span)}`
    return isNeverSent(span, view) ? [given, 'no call of it was recorded'] : [given]
  }
  if (span.kind === 'policy') return describePolicy(span, view)
  const isDecided = parent?.kind === 'decision' && parent.name === span.name
  const link = [...linkOf(span, parent), ...doubtsOf(span, view)]
  const facts = [isDecided ? 'call' : `call ${named(span)}`, ...outcomeOf(span), ...link]
  // What a decision says already is not said twice.
  const given = isDecided || span.input === '' ? [] : [escapeText(span.input)]
  return [facts.join(' · '), ...given, ...(span.message ? [escapeText(span.message)] : [])]
}

const named = ({ name }: SpanRow) => escapeText(name)
const malformed = ({ outcome }: SpanRow) => (outcome === 'malformed' ? ' (malformed, never sent)' : '')

function describeModel(span: SpanRow): readonly string[] {
  const { input_tokens: read, output_tokens: written, total_tokens: total } = span
  const isEstimate = span.attributes.total_tokens_estimated === 'true'
  const tokens =
    read !== null && written !== null
      ? `${amount(read)} → ${amount(written)} tokens`
      : `${amount(total, { isEstimate })} tokens`
  const facts = [`model ${modelLabel(span.name)}`, tokens, duration(span.duration_ms)]
  const failed =
    span.outcome === 'ok' ? [] : [`${span.outcome}${span.message ? `: ${escapeText(span.message)}` : ''}`]
  const text = answerText(span.output)
  return [[...facts, ...failed].join(' · '), ...(text ? [`"${escapeText(text)}"`] : [])]
}

function answerText(output: string): string {
  if (output === '') return ''
  const content = readJson(output)
  return isJsonObject(content) && typeof content.text === 'string' ? content.text : ''
}

function describePolicy(span: SpanRow, { policies }: ChainView): readonly string[] {
  const decision = policies.find((row) => row.span === span.span)
  const by = escapeText(decision?.policies.join(', ') ?? '')
  if (span.outcome !== 'deny') return [`policy allows${by ? ` · ${by}` : ''}`]
  const verdict = decision?.mode === 'enforce' ? 'DENIED' : 'would DENY (observed, not enforced)'
  return [`policy ${verdict} · ${by || escapeText(span.message ?? '')}`]
}

function outcomeOf({ outcome, duration_ms, attributes, read_only }: SpanRow): readonly string[] {
  const words = outcome === 'no_answer' ? 'no answer' : outcome === 'tool' ? 'tool error' : outcome
  const bytes = attributes.result_bytes === undefined ? [] : [size(Number(attributes.result_bytes))]
  const effect = read_only === null ? [] : [read_only ? 'says it only reads' : 'may change something']
  const replay = replays[attributes.replay ?? ''] ?? []
  return [words, duration(duration_ms), ...bytes, ...effect, ...replay]
}

const replays: Readonly<Record<string, readonly string[]>> = {
  recorded: ['from the cassette'],
  missed: ['missed the cassette'],
  live: ['missed the cassette, asked live'],
}

const tiers = [
  'named by the recorder',
  'exact call id',
  'trace context',
  'session and hash',
  'hash and time',
  'back-match',
]

function linkOf({ tier }: SpanRow, parent: SpanRow | null): readonly string[] {
  return tier === null || parent === null ? [] : [`link ${tier}: ${tiers[tier] ?? 'unknown'}`]
}

function colour(line: string, { kind, outcome }: SpanRow, terminal: Terminal): string {
  if (kind === 'policy' && outcome === 'deny') return paint(line, 'bad', terminal)
  return kind === 'tool' && outcome !== 'ok' ? paint(line, 'doubtful', terminal) : line
}
