import type { EntryData } from './entry.ts'

/** A completed call, projected from its entries when the closing one arrives. One row of the table `spans`. */
export interface Span {
  readonly span: string
  readonly session: string
  readonly chain: string
  readonly parent: string | null
  readonly kind: 'model' | 'decision' | 'policy' | 'tool'
  readonly at: string
  readonly durationMs: number | null
  readonly server: string | null
  /** Tool, model or policy resource. */
  readonly name: string
  /** `ok`, a layer of `Outcome`, `deny`, `malformed`, or `no_answer`. */
  readonly outcome: string
  readonly message: string | null
  /** Digests of the bodies: arguments or messages; result or content. */
  readonly inputDigest: string | null
  readonly outputDigest: string | null
  readonly promptDigest: string | null
  readonly user: string | null
  readonly client: string | null
  readonly run: string | null
  readonly trial: string | null
  readonly readOnly: boolean | null
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly definitionTokens: number | null
  readonly totalTokens: number | null
  /** Tier of the link to the parent; null for the root of a chain. */
  readonly tier: number | null
  /** Effective identity and permissions, JSON. */
  readonly identity: string
  readonly attributes: Readonly<Record<string, string>>
}

export type Link = EntryData['link']
