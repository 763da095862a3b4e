const firstMs = 500
const mostMs = 8_000
/** After a window that was used up, which nobody was refused for. */
const windowMs = 100

export interface Refusals {
  /** Of this request, so far. */
  readonly attempt: number
  /** What the provider asked to wait for; 0 where it did not say. */
  readonly toldMs: number
}

/**
 * The most that is waited beyond what the provider asks for, doubled with each attempt. The wait itself is drawn from all of
 * it (full jitter; Brooker 2015, Exponential Backoff And Jitter): who was refused together does not come back together.
 */
export function longestRestMs({ attempt, toldMs }: Refusals): number {
  if (attempt === 0) return Math.min(toldMs, windowMs)
  return Math.min(mostMs, (toldMs || firstMs) * 2 ** (attempt - 1))
}
