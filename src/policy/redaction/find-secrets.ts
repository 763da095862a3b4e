import { runEnd } from './assignment.ts'
import { detectors } from './detectors.ts'
import { percentDecoded } from './percent-encoding.ts'
import { createPrefilter, type Prefilter } from './prefilter.ts'
import type { Span } from './span.ts'

/** Of this home's, or a number that is local to a case (`domain/placeholder.ts`). */
const placeholder = /\[redacted:[a-z0-9-]{1,32}:(?:[0-9a-f]{12}|\d{1,6})\]/y
const longestPlaceholder = '[redacted:]'.length + 32 + ':'.length + 12
const combined = new RegExp(detectors.map((detector) => `(${detector.pattern})`).join('|'), 'y')

/** An escape such as `\u0067` may hide any letter of a prefix or a name. */
const hints = ['\\\\u00[2-7]', ...new Set(detectors.flatMap((detector) => detector.hints))]

let prefilter: Prefilter | undefined

/** Made for the first text: it takes as long as to start the program without, and many a command redacts nothing. */
function placesAsRead(text: string): readonly number[] {
  prefilter ??= createPrefilter(hints)
  return prefilter(text)
}

/** Where a secret may begin, in plain text or raw JSON, percent-encoded too, ascending; none is certain. */
export function suspiciousPlaces(text: string): readonly number[] {
  const places = placesAsRead(text)
  const decoded = percentDecoded(text)
  if (!decoded) return places
  const within = placesAsRead(decoded.text).map(decoded.placeBefore)
  return [...new Set([...places, ...within])].sort((a, b) => a - b)
}

/** The secrets of a decoded text, in order, without overlap; placeholders are stepped over. */
export function findSecrets(text: string): readonly Span[] {
  const spans: Span[] = []
  let end = 0
  for (const place of placesAsRead(text)) {
    if (place < end) continue
    end = Math.max(end, placeholderEnd(text, place))
    if (place < end) continue
    const found = secretsAt(text, place)
    spans.push(...found)
    end = found.at(-1)?.end ?? end
  }
  return spans
}

/** Where placeholders stand in a text. */
export function placeholders(text: string): readonly (readonly [start: number, end: number])[] {
  const found = []
  for (let at = text.indexOf('[redacted:'); at >= 0; at = text.indexOf('[redacted:', at + 1)) {
    placeholder.lastIndex = at
    if (placeholder.test(text)) found.push([at, placeholder.lastIndex] as const)
  }
  return found
}

/** A text that is nothing but a placeholder. */
export function isPlaceholder(text: string): boolean {
  placeholder.lastIndex = 0
  return placeholder.test(text) && placeholder.lastIndex === text.length
}

function secretsAt(text: string, start: number): readonly Span[] {
  combined.lastIndex = start
  const match = combined.exec(text)
  const detector = match && detectors[match.findIndex((group, index) => index > 0 && group !== undefined) - 1]
  if (!detector) return []
  const end = start + match[0].length
  const found = detector.locate?.(text, start, end) ?? [{ start, end, kind: detector.kind }]
  return found.map((span) => (span.end === end ? { ...span, end: endOfLong(text, span) } : span))
}

/** As long as the shortest bound of a detector's run: what goes on after that many is still the secret. */
const longRun = 1024
const restOfRun = /[\w.~+/=%-]{1,4096}/y

function endOfLong(text: string, { start, end }: Span): number {
  return end - start < longRun ? end : runEnd(restOfRun, text, end)
}

/** The end of the placeholder around a place, or 0. */
function placeholderEnd(text: string, place: number): number {
  const from = Math.max(0, place - longestPlaceholder)
  const start = from + text.slice(from, place).lastIndexOf('[redacted:')
  if (start < from) return 0
  placeholder.lastIndex = start
  return placeholder.test(text) ? placeholder.lastIndex : 0
}
