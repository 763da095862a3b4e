import { mean, sum } from './mean.ts'
import { tQuantile, tTail } from './student-t.ts'

export interface NightLevel {
  /** Tonight's mean less that of the earlier nights. */
  readonly difference: number
  readonly t: number
  /** One-sided: that it fell. */
  readonly p: number
  /** The smallest fall that would be seen 8 times in 10, at the level asked for. */
  readonly detectable: number
}

/** What sums of decimal fractions may be off by. */
const rounding = 1e-12

/**
 * A suite against H earlier nights, each one number: T = (ȳ − ȳ_H)/(s_H·√(1+1/H)), t with H − 1 degrees of freedom, so that
 * what differs between nights, and not only between trials, is in the error. `floor` is what s_H cannot truly be below
 * (what trials alone make nights differ by): nights that came out the same by luck are not certain. Null with less than two.
 */
export function nightLevelTest(
  tonight: number,
  nights: readonly number[],
  { floor = 0, level = 0.95 }: { readonly floor?: number; readonly level?: number } = {},
): NightLevel | null {
  const before = mean(nights)
  if (before === null || nights.length < 2) return null
  const df = nights.length - 1
  const deviation = Math.sqrt(sum(nights.map((night) => (night - before) ** 2)) / df)
  const error = Math.max(deviation, floor) * Math.sqrt(1 + 1 / nights.length)
  const difference = tonight - before
  const t = Math.abs(difference) < rounding ? 0 : difference / error
  const detectable = (tQuantile(df, level) + tQuantile(df, 0.8)) * error
  return { difference, t, p: tTail(-t, df), detectable }
}
