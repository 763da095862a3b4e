import { dateOfNumber, datesIn, isDateWithin, readDate } from '../../domain/date.ts'
import type { Json } from '../../domain/json.ts'
import type { Matcher } from '../../domain/suite.ts'
import { isRedacted } from './placeholders.ts'

type DateMatcher = Extract<Matcher, { date: string }>

/** A text that is one date as a whole, or a Unix time. Null: redacted. */
export function isDate(matcher: DateMatcher, value: Json): boolean | null {
  const found =
    typeof value === 'string' ? readDate(value) : typeof value === 'number' ? dateOfNumber(value) : null
  if (found) return isDateWithin(matcher, found)
  return typeof value === 'string' && isRedacted(value) ? null : false
}

/** Any date in a text. */
export function hasDate(matcher: DateMatcher, text: string): boolean | null {
  return datesIn(text).some((found) => isDateWithin(matcher, found)) || (isRedacted(text) ? null : false)
}
