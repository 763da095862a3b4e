export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undefined for a text that is no JSON. */
export function readJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const loneSurrogate = /\\ud[89a-f]/

/** The same JSON with U+FFFD for the half of a surrogate pair, which is legal in JSON, and which ClickHouse reads nowhere. */
export function wellFormedJson(text: string): string {
  return loneSurrogate.test(text) ? JSON.stringify(JSON.parse(text), wellFormed) : text
}

function wellFormed(_: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value).toString() : value
}

/** Levels of lists and objects: beyond it what walks through a value meets the end of the stack sooner or later. */
export const deepest = 100

/** Whether lists and objects in it are nested deeper than `levels`. */
export function isDeep(value: Json, levels = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false
  return levels === 0 || Object.values(value).some((each) => isDeep(each, levels - 1))
}

/** Whether a number in it is beyond every double, as that of `1e400`: it has no form in JSON, and would be sent as null. */
export function isUnbounded(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'number' && !Number.isFinite(value)
  return Object.values(value).some(isUnbounded)
}

const mostCounted = 1_000_000_000

/** A count that others tell; null for what is none, such as -1, .5 or a text: it is unknown then. */
export function countIn(value: unknown): number | null {
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostCounted
  return isCount ? value : null
}
