import type { EntryData } from '../domain/entry.ts'
import type { ToolAnnotations } from '../domain/tool.ts'
import type { ChainProof } from '../store/chain-proof.ts'
import type { ChainTrialRow, LinkRow, PolicyDecisionRow, SpanRow } from '../store/queries.ts'

/** All that the database knows of a chain, and whether the journal says the same. */
export interface ChainView {
  readonly chain: string
  /** In the order of time. */
  readonly spans: readonly SpanRow[]
  readonly links: readonly LinkRow[]
  readonly policies: readonly PolicyDecisionRow[]
  readonly sessions: readonly RecordedSession[]
  /** The one that it was recorded in; null where a client's calls were recorded, or while it is being played. */
  readonly trial: ChainTrialRow | null
  /** Of each model call, in US dollars; null where the price is unknown. By span. */
  readonly costs: ReadonlyMap<string, number | null>
  /** What its server said of a tool that was called, in the list that the chain had; by `server/tool`. */
  readonly hints: ReadonlyMap<string, ToolAnnotations>
  /** Whether the spans are what the journal has, and whether that was signed for. */
  readonly proof: ChainProof
}

export interface RecordedSession {
  readonly session: string
  readonly type: EntryData['session_opened']['type']
  readonly server: string | null
  readonly protocolVersion: string | null
  /** How it ended; null while it is open. */
  readonly ending: { readonly reason: string; readonly message: string | null } | null
}
