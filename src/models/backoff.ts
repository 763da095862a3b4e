import { hash } from 'node:crypto'

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

/**
 * Draws from 0 to 1, by what is sent and how often it was drawn for: the same in a run that is played again, another for each
 * of those who send the same.
 */
export function repeatableDraws(): (sent: string) => number {
  const drawn = new Map<string, number>()
  return (sent) => {
    const digest = hash('sha256', sent)
    const before = drawn.get(digest) ?? 0
    drawn.set(digest, before + 1)
    return hash('sha256', JSON.stringify([before, digest]), 'buffer').readUInt32BE() / 2 ** 32
  }
}
