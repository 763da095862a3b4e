import type { Ended } from './ended-call.ts'
import { modelSpan } from './model-span.ts'
import type { SpanData } from './span-data.ts'
import { toolSpan } from './tool-span.ts'
import { isSampled } from './traceparent.ts'
import { trialSpan } from './trial-span.ts'

/** The span of what has ended; null where it has none, or is part of a trace that is not kept. */
export function spanOf(ended: Ended): SpanData | null {
  if (ended.type !== 'trial' && !isSampled(ended.request.data.evidence)) return null
  if (ended.type === 'tool') return toolSpan(ended)
  return ended.type === 'model' ? modelSpan(ended) : trialSpan(ended)
}
