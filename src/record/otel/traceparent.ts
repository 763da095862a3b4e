import type { Evidence } from '../../domain/entry.ts'
import { placeOf } from './span-data.ts'

/**
 * What the server is told of a call (W3C): the span that is exported of it, in the trace that it is exported in. What caused
 * the call may not be known yet.
 */
export function traceparentOf(span: string, evidence: Evidence): string {
  const { traceId } = placeOf(span, evidence, null, null)
  return `00-${traceId}-${span}-${isSampled(evidence) ? '01' : '00'}`
}

/** False where the caller's own trace is not kept: a part of it alone would say nothing (`parentbased_always_on`). */
export function isSampled({ traceparent }: Evidence): boolean {
  const [, flags] =
    /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-([0-9a-f]{2})/.exec(traceparent?.value ?? '') ?? []
  return flags === undefined || (Number.parseInt(flags, 16) & 1) === 1
}
