/** What a response says of how much more its provider takes. Times are milliseconds from now. */
export interface RateLimit {
  /** Nothing may be sent until then; 0 where it may. */
  readonly waitMs: number
  /** Requests that may still be sent before `resetMs`; null where the provider does not say. */
  readonly remaining: number | null
  readonly resetMs: number
}

const noLimit: RateLimit = { waitMs: 0, remaining: null, resetMs: 0 }

/**
 * `retry-after-ms`, `retry-after` (RFC 9110: seconds or a date), OpenAI's `x-ratelimit-{remaining,reset}-{requests,tokens}`
 * (`6m0s`, `250ms`; plain numbers elsewhere are seconds) and Anthropic's `anthropic-ratelimit-KIND-{remaining,reset}` (RFC 3339).
 */
export function readRateLimit(headers: Headers, ownMs: number): RateLimit {
  const nowMs = timeThere(headers, ownMs)
  const retryMs = retryAfterMs(headers, nowMs) ?? 0
  const requests = budgetOf(headers, 'requests', nowMs)
  const used = ['tokens', 'input-tokens', 'output-tokens']
    .map((kind) => budgetOf(headers, kind, nowMs))
    .filter(({ remaining }) => remaining === 0)
  const waitMs = Math.max(retryMs, ...used.map(({ resetMs }) => resetMs))
  return { ...requests, waitMs }
}

/** `date` has whole seconds. */
const sameTimeMs = 2_000

/** Times of day are those of the provider's clock, which `date` tells, where ours is another. */
function timeThere(headers: Headers, ownMs: number): number {
  const toldMs = Date.parse(headers.get('date') ?? '')
  return Math.abs(toldMs - ownMs) > sameTimeMs ? toldMs : ownMs
}

function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '')
  if (exact >= 0) return exact
  const text = headers.get('retry-after') ?? ''
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs)
}

function budgetOf(headers: Headers, kind: string, nowMs: number): RateLimit {
  const open = (what: string) => headers.get(`x-ratelimit-${what}-${kind}`)
  const anthropic = (what: string) => headers.get(`anthropic-ratelimit-${kind}-${what}`)
  const written = open('remaining') ?? anthropic('remaining')
  const remaining = Number.parseInt(written ?? '', 10)
  if (!(remaining >= 0)) return noLimit
  const until = anthropic('reset')
  const resetMs = until ? Math.max(0, Date.parse(until) - nowMs) : durationMs(open('reset') ?? '')
  return { waitMs: 0, remaining, resetMs: Number.isFinite(resetMs) ? resetMs : 0 }
}

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `1h2m3.5s`, `250ms`, `12`. */
function durationMs(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)
  return Array.from(parts, ([, count, unit = '']) => Number(count) * (unitsMs[unit] ?? 0)).reduce(
    (sum, each) => sum + each,
    0,
  )
}
