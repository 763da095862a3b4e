import { setMaxListeners } from 'node:events'

/** Why work was ended whose time was up; the reason of its aborted signal. */
export class TimeLimit extends Error {
  readonly limitMs: number

  constructor(limitMs: number) {
    super(`not done after ${limitMs / 1000} s`)
    this.limitMs = limitMs
  }
}

/** A timer takes no longer time. */
export const longestTimerMs = 2 ** 31 - 1

/**
 * Resolves as `act` does, whose signal is aborted with `signal` (never, unless said), or when the time is up, with a
 * `TimeLimit` for its reason. Nothing is left on `signal`, which may be that of a whole run: what `AbortSignal.any` makes
 * stays there until it is collected.
 */
export async function withinTime<T>(
  limitMs: number,
  act: (signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const limited = new AbortController()
  const end = () => limited.abort(signal?.reason)
  const timer = setTimeout(() => limited.abort(new TimeLimit(limitMs)), Math.min(limitMs, longestTimerMs))
  if (signal) {
    if (signal.aborted) end()
    // As many trials as are played at once wait on that of their run.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', end)
  }
  try {
    return await act(limited.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
  }
}
