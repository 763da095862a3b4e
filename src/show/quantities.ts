import type { Rate } from '../evaluate/statistics/pass-rate.ts'

/** Unknown is no number, and never 0. */
export const unknown = '–'

/** `41 %`, `2.8 %`. */
export function percent(proportion: number, digits = 0): string {
  return `${(proportion * 100).toFixed(digits)} %`
}

/** `−6.2 points`: a difference of proportions. */
export function points(difference: number, { sign = true } = {}): string {
  const size = `${Math.abs(difference * 100).toFixed(1)} points`
  return sign ? `${difference < 0 ? '−' : '+'}${size}` : size
}

/** `.013`, `< .0001`: a p value. */
export function probability(p: number): string {
  if (p < 0.0001) return '< .0001'
  return p > 0.9995 ? '1' : p.toFixed(p < 0.001 ? 4 : 3).replace(/^0/, '')
}

/** `52 % [44 – 60]`: a proportion with its 95 % interval; padded, so that it stands below others of its kind. */
export function rate(value: Rate | null, { isPadded = true } = {}): string {
  if (value === null) return unknown
  const whole = (proportion: number) => String(Math.round(proportion * 100))
  const [middle, low, high] = [value.rate, value.low, value.high].map(whole)
  if (!isPadded) return `${middle} % [${low} – ${high}]`
  return `${middle} % [${low?.padStart(2)} – ${high?.padStart(3)}]`
}

/** `.64`, `1.0`: a score from 0 to 1. */
export function score(value: number | null): string {
  if (value === null) return unknown
  return value > 0.995 ? '1.0' : value.toFixed(2).replace(/^0/, '')
}

/** `2.4`: model requests per trial. */
export function turns(value: number | null): string {
  return value?.toFixed(1) ?? unknown
}

/** `+1.2`: how many more. */
export function added(value: number | null): string {
  if (value === null) return unknown
  const size = Math.abs(value).toFixed(1)
  return size === '0.0' ? size : `${value > 0 ? '+' : '−'}${size}`
}

/** `~4,612`; the tilde says that it is an estimate. */
export function amount(value: number | null, { isEstimate = false } = {}): string {
  if (value === null) return unknown
  return `${isEstimate ? '~' : ''}${Math.round(value).toLocaleString('en')}`
}

/** `−91 %`: how much less. */
export function saving(value: number | null): string {
  if (value === null) return unknown
  const change = Math.round(-value * 100)
  return `${change > 0 ? '+' : change < 0 ? '−' : ''}${Math.abs(change)} %`
}

/** `$12.40`, `$0.0031`: cents, and of less than a dollar two digits that say something. */
export function dollars(usd: number | null): string {
  if (usd === null) return unknown
  return usd === 0 || usd >= 0.1 ? `$${usd.toFixed(2)}` : `$${Number(usd.toPrecision(2))}`
}

/** `dollars`, with so many decimals for each of these amounts that they stand below one another. */
export function dollarsAlike(amounts: readonly (number | null)[]): typeof dollars {
  const decimals = amounts.map((usd) => /[.]([0-9]+)$/.exec(dollars(usd))?.[1]?.length ?? 0)
  const most = Math.min(100, Math.max(0, ...decimals))
  return (usd) => (usd === null ? unknown : `$${usd.toFixed(most)}`)
}

/** `41 ms`, `3.2 s`, `2 min 5 s`, `10 min`, `3 h 20 min`, `365 d 4 h`. */
export function duration(ms: number | null): string {
  if (ms === null) return unknown
  if (ms < 1) return '< 1 ms'
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`
  if (seconds < 3_600) return both(`${Math.floor(seconds / 60)} min`, seconds % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1_440) return both(`${Math.floor(minutes / 60)} h`, minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return both(`${amount(Math.floor(hours / 24))} d`, hours % 24, 'h')
}

function both(large: string, rest: number, unit: string): string {
  return rest === 0 ? large : `${large} ${rest} ${unit}`
}

/** `1.9 kB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** `2026-11-20 02:14:07`, UTC. */
export function time(iso: string | null): string {
  return iso === null ? unknown : iso.slice(0, 19).replace('T', ' ')
}

/** `1 trial`, `2 trials`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`
}
