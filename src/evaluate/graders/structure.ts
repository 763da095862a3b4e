import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import canonicalize from 'canonicalize'
import { isExactNumber } from '../../domain/exact-number.ts'
import { isDeep, isJsonObject, isUnbounded, type Json, type JsonObject, readJson } from '../../domain/json.ts'
import { multipleOfPrecision } from '../../domain/multiple-of.ts'
import { largestAssignment } from './assignment.ts'
import { isRedacted, sameText } from './placeholders.ts'

/**
 * At least these members of an object, at least these elements of a list, each in a place of its own and in any order;
 * all else by value. Null: a redacted value hides it.
 */
export function containsJson(wanted: Json, value: Json): boolean | null {
  if (Array.isArray(wanted)) return Array.isArray(value) ? containsElements(wanted, value) : hidden(value)
  if (!isJsonObject(wanted) || isExactNumber(wanted))
    return sameText(canonicalize(wanted) ?? '', canonicalize(value) ?? '')
  if (!isJsonObject(value)) return hidden(value)
  return everyOf(
    Object.entries(wanted).map(([name, inner]) => {
      const found = Object.hasOwn(value, name) ? value[name] : undefined
      return found === undefined ? false : containsJson(inner, found)
    }),
  )
}

/** The same, of a text that is the JSON of a list or mapping too, however it is spaced. */
export function containsJsonText(wanted: Json, value: Json): boolean | null {
  const isNested = Array.isArray(wanted) || (isJsonObject(wanted) && !isExactNumber(wanted))
  const inner = isNested && typeof value === 'string' ? readText(value) : undefined
  return containsJson(wanted, inner ?? value)
}

/** As many as can be, those that match before those that cannot be told. */
function containsElements(wanted: readonly Json[], values: readonly Json[]): boolean | null {
  const matches = wanted.map((each) => values.map((value) => containsJson(each, value)))
  const base = wanted.length + 1
  const assignment = largestAssignment(
    matches.map((row) => row.map((match) => (match ? base : match === null ? 1 : 0))),
  )
  return everyOf(
    assignment.map((column, row) => (column === null ? false : (matches[row]?.[column] ?? null))),
  )
}

/** False beats unknown beats true. */
function everyOf(matches: readonly (boolean | null)[]): boolean | null {
  if (matches.includes(false)) return false
  return matches.includes(null) ? null : true
}

function hidden(value: Json): boolean | null {
  return typeof value === 'string' && isRedacted(value) ? null : false
}

const compiled = new WeakMap<JsonObject, ValidateFunction>()

/** Null where it does not fit, and something redacted may be why. */
export function fitsSchema(schema: JsonObject, value: Json): boolean | null {
  const validate = compiled.get(schema) ?? compile(schema)
  compiled.set(schema, validate)
  return validate(asDoubles(value)) || (isRedacted(JSON.stringify(value)) ? null : false)
}

function compile(schema: JsonObject): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, logger: false, ownProperties: true, multipleOfPrecision })
  addFormats.default(ajv)
  return ajv.compile(schema)
}

/** A schema knows no other numbers. */
function asDoubles(value: Json): unknown {
  const text = JSON.stringify(value)
  if (!text.includes('"$number"')) return value
  return JSON.parse(text, (_, inner: Json) => (isExactNumber(inner) ? Number(inner.$number) : inner))
}

/** What an answer says as JSON, a code fence around it or not; undefined where it is none. */
export function jsonInAnswer(answer: string): Json | undefined {
  const fenced = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/.exec(answer.trim())
  return readText(fenced?.[1] ?? answer)
}

/** What is nested too deep to be compared, or has a number beyond every double, is no JSON either. */
function readText(text: string): Json | undefined {
  const value = readJson(text)
  return value === undefined || isDeep(value) || isUnbounded(value) ? undefined : value
}
