/** A monotonic clock that has left the wall clock by more than this (a suspended machine, a set clock) is set again. */
const driftMs = 50

/**
 * Tells the time as `2026-11-20T02:14:07.123456Z`, UTC; always later than it told before, by a microsecond where the wall
 * clock was set back: entries of a log, by their time, are in its order.
 */
export function microsecondClock(): () => string {
  let origin = performance.timeOrigin
  let last = 0
  let second = Number.NaN
  let secondText = ''
  return () => {
    const elapsed = performance.now()
    const wall = Date.now()
    // Date.now() is cut to whole milliseconds.
    if (Math.abs(origin + elapsed - wall - 0.5) > driftMs) origin = wall - elapsed
    last = Math.max(last + 1, Math.floor((origin + elapsed) * 1000))
    const wholeSecond = Math.floor(last / 1_000_000)
    if (wholeSecond !== second) {
      second = wholeSecond
      secondText = new Date(second * 1000).toISOString().slice(0, -5)
    }
    return `${secondText}.${String(last - second * 1_000_000).padStart(6, '0')}Z`
  }
}
