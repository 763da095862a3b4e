import { aliasesIn } from '../chain/chain-roots.ts'
import type { Span } from '../domain/chain.ts'
import type { Entry } from '../domain/entry.ts'
import type { StoredEntry } from '../domain/journal.ts'
import { countIn } from '../domain/json.ts'
import type { Row } from '../domain/store.ts'
import type { Texts } from './body-texts.ts'

/** Made when they are asked for: many rows are not there all at once. */
export function* rowsFrom<T>(items: Iterable<T>, rowOf: (item: T) => Row): Iterable<Row> {
  for (const item of items) yield rowOf(item)
}

export function entryRow({ line, entry: { log, seq, at, kind, session } }: StoredEntry): Row {
  return { log, seq, at, kind, session: session ?? '', line }
}

/** The digests whose texts a span's row holds: of a model the prompt, for its messages repeat all that went before. */
export function textDigests({ kind, inputDigest, outputDigest, promptDigest }: Span): readonly string[] {
  if (kind === 'policy') return []
  const digests: string[] = []
  for (const digest of [kind === 'model' ? promptDigest : inputDigest, outputDigest])
    if (digest) digests.push(digest)
  return digests
}

export function spanRow(span: Span, texts: Texts): Row {
  const { kind, inputDigest, outputDigest, promptDigest } = span
  const textOf = (digest: string | null) =>
    kind === 'policy' || digest === null ? '' : (texts.get(digest) ?? '')
  return {
    span: span.span,
    session: span.session,
    chain: span.chain,
    parent: span.parent,
    kind,
    at: span.at,
    duration_ms: span.durationMs,
    server: span.server,
    name: span.name,
    outcome: span.outcome,
    message: span.message,
    input_digest: inputDigest,
    output_digest: outputDigest,
    prompt_digest: promptDigest,
    user: span.user,
    client: span.client,
    run: span.run,
    trial: span.trial,
    read_only: span.readOnly,
    input_tokens: span.inputTokens,
    output_tokens: span.outputTokens,
    definition_tokens: span.definitionTokens,
    total_tokens: span.totalTokens,
    tier: span.tier,
    identity: span.identity,
    attributes: span.attributes,
    input: textOf(kind === 'model' ? promptDigest : inputDigest),
    output: textOf(outputDigest),
  }
}

export function chainIndexRow({ chain, session, at, span, attributes }: Span): Row {
  return { chain, session, at, span, trace: attributes.trace_id ?? '' }
}

/** A row for each of the decisions among the entries whose span is among these. */
export function decisionRows(
  entries: readonly Entry[],
  spans: readonly Span[],
): readonly (Row & { readonly span: string; readonly session: string })[] {
  const bySpan = new Map<string, Span>()
  for (const span of spans) if (span.kind === 'policy') bySpan.set(span.span, span)
  const rows: ReturnType<typeof policyRow>[] = []
  for (const entry of entries) {
    const span = entry.kind === 'policy_decision' ? bySpan.get(entry.data.span) : undefined
    if (entry.kind === 'policy_decision' && span) rows.push(policyRow(entry, span))
  }
  return rows
}

function policyRow({ at, data }: Entry<'policy_decision'>, { span, session, chain, user, run, trial }: Span) {
  return {
    span,
    tool_span: data.toolSpan,
    session,
    chain,
    at,
    engine: data.engine,
    policy_set_hash: data.policySetHash,
    mode: data.mode,
    effect: data.effect,
    policies: data.policies,
    errors: data.errors,
    reason: data.reason,
    action: data.action,
    resource: data.resource,
    user,
    run,
    trial,
    inputs_digest: data.inputs.digest,
  }
}

export function linkRow({ at, session, data }: Entry<'link'>): Row {
  return {
    id: data.id,
    session: session ?? '',
    at,
    type: data.type,
    from_span: data.from,
    to_span: data.to,
    tier: data.tier,
    evidence: JSON.stringify(data.evidence),
    candidates: data.candidates,
    linker: data.linker,
  }
}

/** A row for each chain that the link has brought under another. */
export function aliasRows({ at, data }: Entry<'link'>): readonly (Row & { readonly chain: string })[] {
  return aliasesIn(data).map(({ merge, ...alias }) => ({ ...alias, at, seq: merge, link: data.id }))
}

export function runRow({ at, kind, data }: Entry<'run_started' | 'run_finished'>): Row {
  if (kind === 'run_finished') return { event: 'finished', at, ...snakeCase(data) }
  return {
    event: 'started',
    at,
    ...data,
    suites: JSON.stringify(data.suites),
    models: JSON.stringify(data.models),
  }
}

export function trialRow({ at, session, data }: Entry<'trial'>): Row {
  const totalTokens = countIn(data.totalTokens)
  return { at, session: session ?? '', ...snakeCase({ ...data, totalTokens }) }
}

export function scoreRow({ at, data }: Entry<'score'>): Row {
  return { at, ...data }
}

export function gateRow({ at, data }: Entry<'gate'>): Row {
  const { cells, calibration } = data
  return { at, ...data, cells: JSON.stringify(cells), calibration: JSON.stringify(calibration) }
}

const snakeNames = new Map<string, string>()

function snakeCase(fields: object): Row {
  const row: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(fields)) {
    let snakeName = snakeNames.get(name)
    if (snakeName === undefined) {
      snakeName = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      snakeNames.set(name, snakeName)
    }
    row[snakeName] = value
  }
  return row
}
