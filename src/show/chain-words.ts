import { readCheckId } from '../domain/grader.ts'
import type { Claim, Identity } from '../domain/identity.ts'
import { isJsonObject, readJson } from '../domain/json.ts'
import { contentText } from '../domain/tool-result.ts'
import type { ChainView } from '../forensics/chain-view.ts'
import type { Effect } from '../forensics/effect.ts'
import { type ChainNode, identitiesOf } from '../forensics/reconstruct.ts'
import { redactionsIn } from '../forensics/redactions.ts'
import { type Cost, noCost, plus } from '../store/priced-chains.ts'
import type { SpanRow } from '../store/queries.ts'
import { modelLabel } from './model-label.ts'
import { amount, count, dollars, duration } from './quantities.ts'

// What a chain is said to be, in words that are the same wherever it is shown. Recorded text in them is not escaped yet.

/** `$0.031`; `≥ $0.031` where what some calls cost is not known. */
export function costWords({ cost_usd, unpriced_calls }: Cost, shown = dollars): string {
  return cost_usd !== null && unpriced_calls > 0 ? `≥ ${shown(cost_usd)}` : shown(cost_usd)
}

/** What all its model calls cost together. */
export function costOf({ costs }: ChainView): Cost {
  return [...costs.values()].reduce(plus, noCost)
}

/** Servers, calls and cost where there is a known one, as a heading has them. */
export function chainFacts(view: ChainView): readonly string[] {
  const { spans } = view
  const cost = costOf(view)
  const calls = spans.filter(({ kind, server }) => kind === 'tool' && server !== null)
  const servers = new Set(calls.map(({ server }) => server))
  const checks = calls.filter((call) => checkWords(call) !== null).length
  return [
    duration(durationOf(spans)),
    count(servers.size, 'server'),
    count(calls.length - checks, 'call'),
    ...(checks > 0 ? [`${checks} by calltrail`] : []),
    ...(cost.cost_usd ? [costWords(cost)] : []),
  ]
}

const checks = { setup: 'set-up', state: 'state check', teardown: 'tear-down' } as const

/** What a call of a trial was for that its agent did not make; null for any other. */
export function checkWords({ trial, attributes: { call_id: id } }: SpanRow): string | null {
  const check = trial === null || id === undefined ? null : readCheckId(id)
  return check && checks[check.purpose]
}

/** `1 denied`, `1 would be denied` where policy was only observed; nothing where it denied nothing. */
export function denialFacts({ spans, policies }: ChainView): readonly string[] {
  const denials = spans.filter(({ kind, outcome }) => kind === 'policy' && outcome === 'deny')
  const enforced = new Set(policies.flatMap(({ span, mode }) => (mode === 'enforce' ? [span] : [])))
  const denied = denials.filter(({ span }) => enforced.has(span)).length
  const observed = denials.length - denied
  return [
    ...(denied > 0 ? [`${denied} denied`] : []),
    ...(observed > 0 ? [`${observed} would be denied`] : []),
  ]
}

/** From the first beginning to the last end, in ms; null where nothing ever ended. */
export function durationOf(spans: readonly SpanRow[]): number | null {
  const ends = spans.map(({ at, duration_ms }) => msOf(at) + (duration_ms ?? 0))
  const taken = spans.length === 0 ? 0 : Math.max(...ends) - msOf(spans[0]?.at ?? '')
  return taken === 0 && spans.some(({ outcome }) => outcome === 'no_answer') ? null : taken
}

/** Since the epoch, to the microsecond: lists round the same number. */
function msOf(at: string): number {
  const [, micros = ''] = /[.][0-9]{3}([0-9]{1,3})/.exec(at) ?? []
  return Date.parse(at) + Number(micros.padEnd(3, '0')) / 1000
}

/** The human's words; null when no recorder saw them. */
export function promptOf({ spans }: ChainView): string | null {
  return spans.find(({ prompt_digest }) => prompt_digest !== null)?.input || null
}

/** Each identity of the chain in a list of claims, each with who made it; what nobody claims is left out. */
export function whoSays(view: ChainView): readonly (readonly string[])[] {
  const identities = identitiesOf(view)
  return identities.map(({ identity, where }) => {
    const claims = claimsOf(identity)
    const said = claims.length > 0 ? claims : ['unknown']
    return identities.length > 1 && where.length > 0
      ? [`to ${where.join(', ')}: ${said[0]}`, ...said.slice(1)]
      : said
  })
}

export function claimsOf({
  user,
  groups,
  role,
  env,
  client,
  agent,
  permissions,
}: Identity): readonly string[] {
  const { scopes, credentialId, policySetHash } = permissions
  const claims = [
    said('', user),
    said('groups ', groups && { ...groups, value: groups.value.join(', ') }),
    said('role ', role),
    said('env ', env),
    said('client ', client),
    said('agent ', agent),
    scopes && `scopes ${scopes.join(' ') || 'none'}`,
    credentialId && `credential ${credentialId}`,
    policySetHash && `policies ${policySetHash.slice(0, 12)}`,
  ]
  return claims.flatMap((claim) => claim ?? [])
}

function said(label: string, claim: Claim | null): string | null {
  return claim && `${label}${claim.value} (${claim.source})`
}

export const linkTiers = [
  'named by the recorder',
  'exact call id',
  'trace context',
  'session and hash',
  'hash and time',
  'back-match',
]

export function linkWords(tier: number): string {
  return `link ${tier}: ${linkTiers[tier] ?? 'unknown'}`
}

/** Where a call ended: the tool's own error apart from that of the protocol, of HTTP and of the connection. */
export function outcomeWords({ outcome, attributes: { code } }: SpanRow): string {
  const withCode = (words: string) => (code === undefined ? words : `${words} ${code}`)
  if (outcome === 'no_answer') return 'no answer'
  if (outcome === 'tool') return 'tool error'
  if (outcome === 'json-rpc') return withCode('JSON-RPC error')
  if (outcome === 'http') return withCode('HTTP')
  if (outcome === 'transport') return 'connection failed'
  return outcome === 'malformed' ? 'malformed answer' : outcome
}

const effects: Readonly<Record<Effect['kind'], string | null>> = {
  reads: 'says it only reads',
  adds: 'says it destroys nothing',
  changes: 'may change something',
  unknown: null,
}

export function effectWords({ kind, reachesOutside }: Effect): readonly string[] {
  const words = effects[kind]
  return [...(words ? [words] : []), ...(reachesOutside ? ['reaches outside'] : [])]
}

const replays: Readonly<Record<string, string>> = {
  recorded: 'from the cassette',
  missed: 'missed the cassette',
  live: 'missed the cassette, asked live',
}

/** What answered a call that was played again; an empty list for any other. */
export function replayWords({ attributes: { replay = '' } }: SpanRow): readonly string[] {
  const words = replays[replay]
  return words === undefined ? [] : [words]
}

/** Calls that may have changed something, by the tool's own word, and whether they did; none is an empty list. */
export function changesIn(nodes: readonly ChainNode[]): readonly string[] {
  const changes = new Map<string, number>()
  for (const { span, effect } of nodes) {
    if (!effect || effect.kind === 'reads' || effect.happened === 'failed') continue
    const doubts = effect.kind === 'unknown' ? 'says nothing of what it changes' : ''
    const answer = effect.happened === 'unknown' ? `${outcomeWords(span)}, so nobody knows` : ''
    const check = checkWords(span)
    const by = check === null ? '' : `${check} by calltrail`
    const why = [by, doubts, answer].filter((part) => part !== '').join('; ')
    const words = `${span.name}${why ? ` (${why})` : ''}`
    changes.set(words, (changes.get(words) ?? 0) + 1)
  }
  return Array.from(changes, ([words, times]) => (times === 1 ? words : `${words} × ${times}`))
}

/** `2 values: email, aws-key`; null where nothing was taken out. */
export function redactionWords({ spans }: ChainView): string | null {
  const kinds = redactionsIn(spans)
  if (kinds.size === 0) return null
  const total = [...kinds.values()].reduce((sum, each) => sum + each, 0)
  return `${count(total, 'value')} · ${Array.from(kinds, ([kind, values]) => `${values} ${kind}`).join(', ')}`
}

export const gapWords = {
  'never sent': 'decided, never sent: no call that was recorded is joined to it',
  'never decided': 'sent, never decided: no decision that was recorded is joined to it',
} as const

/** The model, its tokens, what they cost where that is known, and how it ended where that was not well. */
export function modelFacts(span: SpanRow, costUsd: number | null): readonly string[] {
  const { input_tokens: read, output_tokens: written, total_tokens: total, outcome, message } = span
  const isEstimate = span.attributes.total_tokens_estimated === 'true'
  const tokens =
    read !== null && written !== null
      ? `${amount(read)} → ${amount(written)} tokens`
      : `${amount(total, { isEstimate })} tokens`
  const failed = outcome === 'ok' ? [] : [`${outcomeWords(span)}${message ? `: ${message}` : ''}`]
  const cost = costUsd ? [dollars(costUsd)] : []
  return [modelLabel(span.name), tokens, ...cost, duration(span.duration_ms), ...failed]
}

/** What a model said beside its decisions. */
export function answerText(output: string): string {
  if (output === '') return ''
  const content = readJson(output)
  return isJsonObject(content) && typeof content.text === 'string' ? content.text : ''
}

/** What a tool answered: its texts, else the JSON that it sent; empty where nothing of it is kept. */
export function returnedText(output: string): string {
  const result = readJson(output)
  return (isJsonObject(result) && contentText(result.content)) || output
}

/** Whose verdict it was, and whether it was only observed. */
export function policyWords({ span, policy }: ChainNode): string {
  const by = policy?.policies.join(', ') ?? ''
  if (span.outcome !== 'deny') return `policy allows${by ? ` · ${by}` : ''}`
  const verdict = policy?.mode === 'enforce' ? 'DENIED' : 'would DENY (observed, not enforced)'
  const errors = policy?.errors.length
    ? ` · ${count(policy.errors.length, 'error')}: ${policy.errors[0]}`
    : ''
  return `policy ${verdict} · ${by || (span.message ?? '')}${errors}`
}
