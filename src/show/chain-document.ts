import type { ChainView } from '../forensics/chain-view.ts'
import { type ChainNode, nodesOf, reconstruct } from '../forensics/reconstruct.ts'
import type { LinkRow, SpanRow } from '../store/queries.ts'
import { storedJson } from '../store/stored-json.ts'
import { costOf } from './chain-words.ts'
import { type ChainsList, trialOf } from './chains-list.ts'

/** The documents of `--json` that tell of chains; the others are those of `json-document.ts`. */
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
      identity: storedJson(identity),
    })),
    links: links.map(({ evidence, ...link }: LinkRow) => ({ ...link, evidence: storedJson(evidence) })),
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
