import type { ChainRow, LinkRow, RunRow, SpanRow } from '../store/queries.ts'
import type { ChainView } from './chain-tree.ts'
import type { EvalReport } from './eval-report.ts'

/** The documents of `--json`: rows as the database names their fields, texts that hold JSON parsed. */
export function runsDocument(rows: readonly RunRow[]) {
  const runs = rows.map(({ suites, models, seed, ...row }) => ({
    ...row,
    suites: JSON.parse(suites),
    models: JSON.parse(models),
    seed: Number(seed),
  }))
  return { runs }
}

export function chainsDocument(chains: readonly ChainRow[]) {
  return { chains }
}

export function chainDocument({ chain, spans, links, policies }: ChainView) {
  return {
    chain,
    spans: spans.map(({ identity, ...span }: SpanRow) => ({ ...span, identity: JSON.parse(identity) })),
    links: links.map(({ evidence, ...link }: LinkRow) => ({ ...link, evidence: JSON.parse(evidence) })),
    policy_decisions: policies,
  }
}

export function evalDocument({ command: _, ...report }: EvalReport) {
  return report
}
