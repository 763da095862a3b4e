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
  { read_only: readOnly, outcome, attributes }: Pick<SpanRow, 'read_only' | 'outcome' | 'attributes'>,
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
  return { kind, reachesOutside: openWorldHint, happened: happened(outcome, attributes.code) }
}

/** JSON-RPC 2.0, 5.1: what could not be read, or is not known, was not done. */
const notDone = ['-32700', '-32600', '-32601', '-32602']

/** Any other error of the protocol, of HTTP or of the connection may have come after the work was done. */
function happened(outcome: string, code = ''): Effect['happened'] {
  if (outcome === 'ok') return 'done'
  return outcome === 'tool' || (outcome === 'json-rpc' && notDone.includes(code)) ? 'failed' : 'unknown'
}
