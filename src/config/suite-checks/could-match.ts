import { RE2JS } from 're2js'
import { dateOfNumber, isDateWithin, readDate } from '../../domain/date.ts'
import { isExactNumber } from '../../domain/exact-number.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { Matcher } from '../../domain/suite.ts'
import { holds, type Placed, type Schema } from './schema-branches.ts'
import { canOverlap, valuesOf } from './schema-overlap.ts'

type Of<K extends string> = Extract<Matcher, { readonly [key in K]: unknown }>

/**
 * Whether a value that fits these schemas can match. False is certain: no such value does. A matcher is told as a schema
 * of what it matches, never of less, and what it shares with the others is looked for.
 */
export function couldMatch(argument: readonly Placed[], matcher: Matcher): boolean {
  // A transcript says as much or more in the place of a value than its schema takes.
  if (JSON.stringify(matcher).includes('[redacted:')) return true
  if ('absent' in matcher) return false
  if ('anyOf' in matcher) return matcher.anyOf.some((each) => couldMatch(argument, each))
  if ('not' in matcher) return couldMatchOther(argument, matcher.not)
  const schema = schemaOf(matcher)
  return canOverlap([...argument, { schema, root: schema }])
}

/** Whether an argument that is not given matches. */
export function matchesAbsence(matcher: Matcher): boolean {
  if ('anyOf' in matcher) return matcher.anyOf.some(matchesAbsence)
  return 'not' in matcher ? !matchesAbsence(matcher.not) : 'absent' in matcher
}

/** Only where all values are listed can it be told that each of them matches. */
function couldMatchOther(argument: readonly Placed[], inner: Matcher): boolean {
  if ('any' in inner || !canOverlap(argument)) return false
  const values = isExact(inner) ? valuesOf(argument) : null
  return values?.some((value) => isNested(value) || !couldMatch([constant(value)], inner)) ?? true
}

/** Whether `couldMatch` says of every number, text and literal just what the matcher says. */
function isExact(matcher: Matcher): boolean {
  if ('anyOf' in matcher) return matcher.anyOf.every(isExact)
  return 'not' in matcher ? isExact(matcher.not) : !('jsonSchema' in matcher || 'jsonSubset' in matcher)
}

const isNested = (value: Json) => typeof value === 'object' && value !== null
const constant = (value: Json): Placed => ({ schema: { const: value }, root: {} })

function schemaOf(matcher: Exclude<Matcher, Of<'absent'> | Of<'anyOf'> | Of<'not'>>): Schema {
  if ('any' in matcher) return {}
  if ('equals' in matcher) return { const: matcher.equals }
  if ('oneOf' in matcher) return { enum: matcher.oneOf }
  if ('number' in matcher) return numbers(matcher)
  if ('date' in matcher) return dates(matcher)
  if ('jsonSubset' in matcher) return orItsText(subset(matcher.jsonSubset))
  if ('jsonSchema' in matcher) return matcher.jsonSchema
  return texts(matcher)
}

function numbers({ number, within }: Of<'number'>): Schema {
  return {
    ...between(number - within, number + within),
    [holds]: (value) =>
      isExactNumber(value) || typeof value !== 'number' || Math.abs(value - number) <= within,
  }
}

/** A little wider than it says: sums of doubles are not exact. */
function between(least: number, most: number): JsonObject {
  const slack = 4 * Number.EPSILON * Math.max(Math.abs(least), Math.abs(most))
  return { type: 'number', minimum: least - slack, maximum: most + slack }
}

const dayMs = 86_400_000
const shortestDate = '1 May 2026'.length

/** A text that is a date, or a Unix time in seconds or milliseconds. */
function dates(matcher: Of<'date'>): Schema {
  const wanted = readDate(matcher.date)
  if (!wanted) return { enum: [] }
  const isDay = matcher.within === null && wanted.isDay
  const least = wanted.instantMs - (matcher.within ?? 0)
  const most = wanted.instantMs + (isDay ? dayMs : (matcher.within ?? 0))
  const isMet = (value: Json) => {
    const found = typeof value === 'string' ? readDate(value) : dateOfNumber(Number(value))
    return found !== null && isDateWithin(matcher, found)
  }
  const text: Schema = { type: 'string', minLength: shortestDate, [holds]: isMet }
  const unixTimes = [1000, 1].map(
    (unitMs): Schema => ({ ...between(least / unitMs, most / unitMs), [holds]: isMet }),
  )
  return { anyOf: [text, ...unixTimes] }
}

/** Of a list or an object one text within is enough. */
function texts(matcher: Of<'contains'> | Of<'startsWith'> | Of<'endsWith'> | Of<'regex'>): Schema {
  const isFound = textTest(matcher)
  if ('regex' in matcher && contradictsItself(matcher.regex)) return { enum: [] }
  const text: Schema = {
    type: 'string',
    minLength: 'regex' in matcher ? 0 : [...wantedText(matcher)].length,
    [holds]: (value) => typeof value !== 'string' || isFound(value),
  }
  return { anyOf: [text, { type: 'array', contains: { $ref: '#' } }, { type: 'object' }] }
}

const wantedText = (matcher: Of<'contains'> | Of<'startsWith'> | Of<'endsWith'>) =>
  (Object.values(matcher)[0] ?? '').normalize('NFC')

/** As `matchArgument` looks at a text: an accent may be encoded either way, but for `regex`. */
function textTest(matcher: Of<'contains'> | Of<'startsWith'> | Of<'endsWith'> | Of<'regex'>) {
  if ('regex' in matcher) {
    const pattern = RE2JS.compile(matcher.regex)
    return (text: string) => pattern.test(text)
  }
  const wanted = wantedText(matcher)
  if ('contains' in matcher) return (text: string) => text.normalize('NFC').includes(wanted)
  if ('startsWith' in matcher) return (text: string) => text.normalize('NFC').startsWith(wanted)
  return (text: string) => text.normalize('NFC').endsWith(wanted)
}

/** Characters and anchors alone, with something before the beginning or after the end: `a^b`, `$a`. */
export function contradictsItself(regex: string): boolean {
  const isSimple = /^(?:\\[^\w\s]|[^\\()|[\]{}?*+])*$/.test(regex)
  const anchors = regex.replace(/\\./g, 'x')
  return isSimple && (/[^^$]\$*\^/.test(anchors) || /\$\^*[^^$]/.test(anchors))
}

/** A text may be the JSON of a list or mapping. */
function orItsText(schema: JsonObject): Schema {
  return 'const' in schema ? schema : { anyOf: [schema, { type: 'string', minLength: '{}'.length }] }
}

function subset(wanted: Json): JsonObject {
  if (Array.isArray(wanted))
    return {
      type: 'array',
      minItems: wanted.length,
      allOf: wanted.map((each: Json) => ({ contains: subset(each) })),
    }
  if (!isJsonObject(wanted) || isExactNumber(wanted)) return { const: wanted }
  const members = Object.entries(wanted)
  return {
    type: 'object',
    required: members.map(([name]) => name),
    properties: Object.fromEntries(members.map(([name, inner]) => [name, subset(inner)])),
  }
}
