import { isJsonObject, type Json } from '../domain/json.ts'
import type { Rescore } from '../evaluate/rescore.ts'
import type { ChainView } from '../forensics/chain-view.ts'
import { type ChainNode, nodesOf, reconstruct } from '../forensics/reconstruct.ts'
import type { LinkRow, SpanRow } from '../store/queries.ts'
import type { RebuildReport } from '../store/rebuild.ts'
import { costOf } from './chain-words.ts'
import { type ChainsList, trialOf } from './chains-list.ts'
import type { CompareReport } from './compare-report.ts'
import type { DriftReport } from './drift-report.ts'
import type { EvalReport } from './eval-report.ts'
import type { RunsList } from './runs-list.ts'

/** The documents of `--json`: fields named as those of the database, texts that hold JSON parsed. */
export function runsDocument({ rows, isWhole }: Pick<RunsList, 'rows' | 'isWhole'>) {
  const runs = rows.map(({ suites, models, seed, ...row }) => ({
    ...row,
    suites: JSON.parse(suites),
    models: JSON.parse(models),
    seed: Number(seed),
  }))
  return { runs, is_whole: isWhole }
}

export function rebuildDocument({ entries, spans, links, tables, setAside }: RebuildReport) {
  return { entries, spans, new_links: links, tables, set_aside: setAside }
}

export function chainsDocument({ rows, isWhole, trials }: Pick<ChainsList, 'rows' | 'isWhole' | 'trials'>) {
  const chains = rows.map((row) => {
    const { suite = null, case: id = null, exposure = null, outcome = null } = trialOf(row, trials) ?? {}
    return { ...row, suite, case: id, exposure, outcome }
  })
  return { chains, is_whole: isWhole }
}

export function chainDocument(view: ChainView) {
  const { chain, spans, links, policies, sessions, trial, costs, proof } = view
  return {
    chain,
    ...costOf(view),
    trial,
    spans: spans.map(({ identity, ...span }: SpanRow) => ({
      ...span,
      ...(span.kind === 'model' && { cost_usd: costs.get(span.span) ?? null }),
      identity: JSON.parse(identity),
    })),
    links: links.map(({ evidence, ...link }: LinkRow) => ({ ...link, evidence: JSON.parse(evidence) })),
    policy_decisions: policies,
    sessions: sessions.map(({ protocolVersion: protocol_version, ...session }) => ({
      ...session,
      protocol_version,
    })),
    findings: nodesOf(reconstruct(view)).flatMap(findingsOf),
    proof: {
      differing_spans: proof.differing,
      logs: proof.logs.map(({ log, entries, size, problem }) => ({
        ...{ log, entries: entries.map(({ seq }) => seq), checkpoint_size: size, problem },
      })),
    },
  }
}

/** What was found out about a span beside what was recorded of it. */
function findingsOf({ span: { span }, gap, doubt, effect }: ChainNode) {
  if (gap === null && doubt === null && effect === null) return []
  const { kind = null, reachesOutside: reaches_outside = null, happened = null } = effect ?? {}
  const candidates = doubt?.candidates.map(({ id }) => id) ?? []
  return [{ span, gap, candidates, effect: effect && { kind, reaches_outside, happened } }]
}

export function driftDocument({ command: _, home: __, ...report }: DriftReport) {
  return snakeCase(JSON.parse(JSON.stringify(report)))
}

export function evalDocument({ command: _, isStored: __, again: ___, ...report }: EvalReport) {
  return snakeCase(JSON.parse(JSON.stringify(report)))
}

export function rescoreDocument(done: Rescore) {
  return snakeCase(JSON.parse(JSON.stringify(done)))
}

export function compareDocument(report: CompareReport) {
  return snakeCase(JSON.parse(JSON.stringify(report)))
}

/** Keys alone: names of models, suites and cases are values. */
export function snakeCase(value: Json): Json {
  if (Array.isArray(value)) return value.map(snakeCase)
  if (!isJsonObject(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => [
    key.replace(/(?<=[a-z])[A-Z0-9]+/g, (part) => `_${part.toLowerCase()}`),
    snakeCase(inner),
  ])
  return Object.fromEntries(entries)
}
