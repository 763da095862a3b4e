import { longestTimerMs, TimeLimit } from '../domain/time-limit.ts'
import { duration } from '../show/quantities.ts'
import { say } from './run-command.ts'

export interface RunClock {
  /** Aborted when the run is to end. */
  readonly signal: AbortSignal
  /** Its trials are over: what comes after them takes the time that it takes. */
  readonly stop: () => void
}

/** Aborted too once the time is up, which is told; the reason says which it was. */
export function runClock(signal: AbortSignal, limitMs: number | undefined): RunClock {
  if (limitMs === undefined) return { signal, stop: () => {} }
  const limit = new AbortController()
  const end = () => {
    if (!signal.aborted)
      say(`the time limit of ${duration(limitMs)} is over: it ends, and what is done is kept`)
    limit.abort(new TimeLimit(limitMs))
  }
  const timer = setTimeout(end, Math.min(limitMs, longestTimerMs)).unref()
  return { signal: AbortSignal.any([signal, limit.signal]), stop: () => clearTimeout(timer) }
}
