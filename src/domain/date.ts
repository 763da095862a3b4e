/** A day or an instant that a text names. */
export interface NamedDate {
  /** `YYYY-MM-DD`, as written: no zone moves it. */
  readonly day: string
  /** Milliseconds since 1970; a time without a zone, and midnight of a bare day, are UTC. */
  readonly instantMs: number
  readonly isDay: boolean
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const month = `(${months.join('|')})[a-z]*\\.?`
const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?'
const day = '(\\d{1,2})(?:st|nd|rd|th)?'
/** Hours from UTC. */
const zones: Readonly<Record<string, number>> = {
  ...{ EST: -5, EDT: -4, CST: -6, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7 },
  ...{ WET: 0, WEST: 1, CET: 1, CEST: 2, EET: 2, EEST: 3, JST: 9, Z: 0, UTC: 0, GMT: 0 },
}
/** Hours alone, as Postgres and ISO 8601 have them; ` 10:00-12` may be a span of time. */
const hoursFromUtc = '[+](?:0\\d|1[0-4])|(?<=(?:T\\d{2}|:\\d{2}):\\d{2}(?:[.]\\d+)?)-(?:0\\d|1[0-4])'
const zone = `(?:UTC|GMT)[-+]\\d{1,2}(?::?\\d{2})?|${Object.keys(zones).join('|')}|[-+](?:0\\d|1[0-4]):?\\d{2}|${hoursFromUtc}`
const clock = '\\d{1,2}:\\d{2}(?::\\d{2}(?:[.]\\d+)?)?|\\d{1,2}(?=\\s?[ap]\\.?m(?!\\w))'
/** Hours may be one digit, or stand alone before `am` and `pm`. */
const time = `(?:[T ,]+(?:at )?(${clock})(?:\\s?([ap])\\.?m\\.?(?!\\w))?(?:\\s?\\(?(${zone})(?!\\w)\\)?)?)?`
/** A zone that is not read, right after a time: `IST`, `ET`, `(MSK)`, `Europe/Berlin`, `local time`. */
const unknownZone =
  /^[\s,]{0,2}[([]?(?:(?:[A-Z]{1,4}T|MSK|WIB)\b|[A-Z][a-z]+\/[A-Z]|(?:local|[A-Z][a-z]+) [Tt]ime\b)/
const forms: readonly (readonly [RegExp, order: readonly [year: number, month: number, day: number]])[] = [
  [form(`(\\d{4})-(\\d{2})-(\\d{2})${time}`), [1, 2, 3]],
  [form(`${weekday}${day} ${month},? (\\d{4})${time}`), [3, 2, 1]],
  [form(`${weekday}${month} ${day},? (\\d{4})${time}`), [3, 1, 2]],
]

function form(source: string): RegExp {
  return new RegExp(`(?<![\\w-])${source}(?![\\w-])`, 'giu')
}

/** The dates in a text: ISO 8601, and English as `21 November 2026` or `Nov 21st, 2026 at 3:00 PM`. */
export function datesIn(text: string): readonly NamedDate[] {
  return forms.flatMap(([pattern, order]) =>
    Array.from(text.matchAll(pattern)).flatMap((found) => dateOf(found, order) ?? []),
  )
}

/** Null unless the whole text is one date. */
export function readDate(text: string): NamedDate | null {
  const trimmed = text.trim()
  for (const [pattern, order] of forms) {
    const found = trimmed.matchAll(pattern).next().value
    if (found?.[0] === trimmed) return dateOf(found, order)
  }
  return null
}

function dateOf(
  found: RegExpMatchArray,
  [year, monthAt, dayAt]: readonly [number, number, number],
): NamedDate | null {
  const written = found[monthAt] ?? ''
  const number = /^\d+$/.test(written) ? Number(written) : months.indexOf(written.toLowerCase()) + 1
  const name = [found[year], String(number).padStart(2, '0'), (found[dayAt] ?? '').padStart(2, '0')].join('-')
  const [, , , , , half, zone] = found
  const clock = isInUnknownZone(found) ? undefined : found[4]
  const midnight = Date.parse(`${name}T00:00:00Z`)
  const instantMs = clock === undefined ? midnight : midnight + timeOfDayMs(clock, half) - offsetMs(zone)
  // Date.parse takes 30 February for a day of March.
  const isReal = Number.isFinite(midnight) && new Date(midnight).toISOString().startsWith(name)
  return isReal && Number.isFinite(instantMs) ? { day: name, instantMs, isDay: clock === undefined } : null
}

/** Of such a time only the day is known. */
function isInUnknownZone({ 0: whole, 6: zone, input = '', index = 0 }: RegExpMatchArray): boolean {
  return zone === undefined && unknownZone.test(input.slice(index + whole.length))
}

/** Milliseconds since midnight; not a number where the clock has no such time. `half`: `a` or `p`, of am and pm. */
function timeOfDayMs(clock: string, half: string | undefined): number {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
  const isReal =
    (hours < 24 || (hours === 24 && minutes + seconds === 0)) &&
    minutes < 60 &&
    seconds < 61 &&
    (half === undefined || (hours > 0 && hours < 13))
  const hour = half === undefined ? hours : (hours % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
  return isReal ? ((hour * 60 + minutes) * 60 + seconds) * 1000 : Number.NaN
}

/** `Z`, `CET`, `+01:00`, `-0500`, `UTC+1`; UTC where none is said. */
function offsetMs(zone = 'Z'): number {
  const named = zones[zone.toUpperCase()]
  const [, sign, hours, minutes = 0] = /([-+])(\d{1,2}):?(\d{2})?$/.exec(zone) ?? []
  const minutesFromUtc = named === undefined ? Number(hours) * 60 + Number(minutes) : named * 60
  return (sign === '-' && named === undefined ? -1 : 1) * minutesFromUtc * 60_000
}

/** A number is a Unix time, in seconds or, from 100,000,000,000 on, in milliseconds. */
export function dateOfNumber(value: number): NamedDate | null {
  const instantMs = Math.abs(value) < 1e11 ? value * 1000 : value
  const date = new Date(instantMs)
  if (Number.isNaN(date.getTime())) return null
  return { day: date.toISOString().slice(0, 10), instantMs, isDay: false }
}

/** Whether a date is the wanted one, `within` milliseconds; null: at the same instant, or on the same day as written. */
export function isDateWithin(
  { date, within }: { readonly date: string; readonly within: number | null },
  found: NamedDate,
): boolean {
  const wanted = readDate(date)
  if (!wanted) return false
  if (within === null && wanted.isDay) return found.day === wanted.day
  return Math.abs(found.instantMs - wanted.instantMs) <= (within ?? 0)
}

const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** `90s`, `15m`, `2h`, `3d`, `1w` in milliseconds; null for anything else. */
export function readDuration(text: string): number | null {
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? []
  return count === undefined ? null : Number(count) * (unitsMs[unit] ?? 0)
}
