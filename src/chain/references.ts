import type { Entry } from '../domain/entry.ts'
import { type Observation, observations } from './observations.ts'

/** By what entries of a session refer to spans of earlier ones. */
export interface References {
  /** Spans that are named as a parent, as the caller or as what is answered. */
  readonly spans: ReadonlySet<string>
  /** Of calls whose decision may be an earlier one. */
  readonly callIds: ReadonlySet<string>
  /** Of traces, whose first span may be an earlier one. */
  readonly chains: ReadonlySet<string>
}

/** Of a slice of a session, the entries that were left open before it first. */
export function references(entries: readonly Entry[]): References {
  const observed = observations(entries)
  const own = new Set(observed.map(({ span }) => span))
  const named = [...observed.flatMap(spansNamed), ...entries.flatMap(spanAnswered)]
  const unnamed = observed.filter(({ namedParent }) => namedParent === null)
  const calls = unnamed.filter(({ entry }) => entry.kind === 'tool_request')
  return {
    spans: new Set(named.filter((span) => !own.has(span))),
    callIds: new Set(calls.flatMap(({ callId }) => callId ?? [])),
    chains: new Set(unnamed.flatMap(({ traceChain }) => traceChain ?? [])),
  }
}

function spansNamed({ namedParent, trace }: Observation): readonly string[] {
  return [namedParent, trace?.parentId].flatMap((span) => span ?? [])
}

function spanAnswered({ kind, data }: Entry): readonly string[] {
  return kind === 'tool_result' || kind === 'model_response' ? [data.span] : []
}
