import type { Join } from '../../src/chain/join.ts'
import type { JoinSpan } from '../../src/chain/join-span.ts'
import { JoinWindow } from '../../src/chain/join-window.ts'
import { missingEvidence } from '../../src/chain/missing-evidence.ts'

/** The joins of spans that come in slices, as ingest reads them, with a window of so many slices. */
export function joinSlices(
  spans: readonly JoinSpan[],
  { size, nowMs, slices }: { readonly size: number; readonly nowMs: number; readonly slices: number },
): { readonly joins: readonly Join[]; readonly mostSpans: number } {
  const ordered = [...spans].sort((a, b) => a.atMs - b.atMs)
  const servers = new Set(spans.flatMap(({ server }) => server ?? []))
  const window = new JoinWindow(servers, { spans: slices * size, ageMs: 6 * 60 * 60_000 })
  const joins: Join[] = []
  let mostSpans = 0
  for (let start = 0; start < ordered.length; start += size) {
    const slice = ordered.slice(start, start + size)
    const isLast = start + size >= ordered.length
    const firstMs = slice[0]?.atMs ?? 0
    window.add(slice)
    mostSpans = Math.max(mostSpans, window.spans.length)
    const far = turnsNaming(missingEvidence(window.spans, firstMs), ordered)
    const times = {
      nowMs: isLast ? nowMs : (slice.at(-1)?.atMs ?? 0),
      fromMs: Number.NEGATIVE_INFINITY,
    }
    joins.push(...window.join(far, times))
  }
  return { joins, mostSpans }
}

/** As the query `turn_spans` finds them. */
function turnsNaming(values: readonly string[], spans: readonly JoinSpan[]): readonly JoinSpan[] {
  const wanted = new Set(values)
  if (wanted.size === 0) return []
  const turns = new Set(
    spans.flatMap(({ kind, span, parent, callId, messagesHash, responseId }) => {
      const isMeant = [callId, messagesHash, responseId].some((value) => value !== null && wanted.has(value))
      return isMeant && kind !== 'tool' ? [kind === 'model' ? span : parent] : []
    }),
  )
  return spans.filter(({ kind, span, parent }) => kind !== 'tool' && (turns.has(span) || turns.has(parent)))
}
