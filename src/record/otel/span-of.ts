import type { Ended } from './ended-call.ts'
import { modelSpan } from './model-span.ts'
import type { Place, SpanData } from './span-data.ts'
import { toolSpan } from './tool-span.ts'
import { isSampled } from './traceparent.ts'
import { trialSpan } from './trial-span.ts'

/**
 * The span of what has ended; null where it has none, or is part of a trace that is not kept. `live` is where its chain is
 * known to be.
 */
export function spanOf(ended: Ended, live: Place | null = null): SpanData | null {
  if (ended.type !== 'trial' && !isSampled(ended.request.data.evidence)) return null
  if (ended.type === 'tool') return toolSpan(ended, live)
  return ended.type === 'model' ? modelSpan(ended, live) : trialSpan(ended)
}
