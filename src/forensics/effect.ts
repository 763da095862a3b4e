import type { ToolAnnotations } from '../domain/tool.ts'
import type { SpanRow } from '../store/queries.ts'

/**
 * What a call may have changed. A tool's hints are its server's word and no proof: by them, `reads` changes nothing, `adds`
 * destroys nothing, `changes` may do either, and `unknown` is a tool that says nothing of it.
 */
export interface Effect {
  readonly kind: 'reads' | 'adds' | 'changes' | 'unknown'
  /** Whether it says that it deals with what lies outside; null where it says nothing. */
  readonly reachesOutside: boolean | null
  /** `done`: answered without an error. `failed`: it says that it failed, and may have done part of it. `unknown`: no answer says. */
  readonly happened: 'done' | 'failed' | 'unknown'
}

export function effectOf(
  { read_only: readOnly, outcome }: Pick<SpanRow, 'read_only' | 'outcome'>,
  hints: ToolAnnotations | undefined,
): Effect {
  const { readOnlyHint = readOnly, destructiveHint, openWorldHint = null } = hints ?? {}
  const kind =
    readOnlyHint === true
      ? 'reads'
      : destructiveHint === false
        ? 'adds'
        : readOnlyHint === false || destructiveHint === true
          ? 'changes'
          : 'unknown'
  return { kind, reachesOutside: openWorldHint, happened: happened(outcome) }
}

/** An error of HTTP or of the connection may have come after the work was done. */
function happened(outcome: string): Effect['happened'] {
  if (outcome === 'ok') return 'done'
  return outcome === 'tool' || outcome === 'json-rpc' ? 'failed' : 'unknown'
}
