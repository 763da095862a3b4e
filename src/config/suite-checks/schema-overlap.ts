import canonicalize from 'canonicalize'
import { isExactNumber } from '../../domain/exact-number.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import {
  type Branch,
  branchesOf,
  type Effort,
  holds,
  inAllWays,
  type Placed,
  someEffort,
} from './schema-branches.ts'
import { asSchema, couldFit, itemsAt, longestPrefix, membersAt, requiredOf } from './schema-members.ts'

const kinds = ['string', 'number', 'boolean', 'null', 'array', 'object'] as const
type Kind = (typeof kinds)[number]

/**
 * Whether there can be a JSON value that fits all of these schemas. False is certain: keywords that are not looked at
 * (`not`, `if`, `pattern`, `format`, `unevaluatedProperties`, …), references that lead nowhere, and more than can be looked at
 * count as fitting.
 */
export function canOverlap(placed: readonly Placed[], effort = someEffort()): boolean {
  if (--effort.left < 0) return true
  return waysToFit(placed, effort).some((branch) => hasValue(branch, effort))
}

function waysToFit(placed: readonly Placed[], effort: Effort): readonly Branch[] {
  return inAllWays([[[]], ...placed.map((each) => branchesOf(each, effort))])
}

function hasValue(branch: Branch, effort: Effort): boolean {
  const listed = branch.map(({ schema }) => listedValues(schema)).find((values) => values !== null)
  if (listed) return listed.some((value) => takesAll(branch, value, effort))
  return kinds.some(
    (kind) => branch.every(({ schema }) => allows(schema, kind)) && hasOne[kind](branch, effort),
  )
}

/** Null where the schema does not list them. */
function listedValues({ const: only, enum: several }: JsonObject): readonly Json[] | null {
  return only !== undefined ? [only] : Array.isArray(several) ? several : null
}

/** All values that fit the schemas; null where they are not listed. */
export function valuesOf(placed: readonly Placed[]): readonly Json[] | null {
  const ways = waysToFit(placed, someEffort())
  const values = ways.map((branch) => branch.map(({ schema }) => listedValues(schema)).find((each) => each))
  return values.every((each) => each) ? values.flatMap((each) => each ?? []) : null
}

function allows({ type, nullable }: JsonObject, kind: Kind): boolean {
  const types: readonly Json[] = Array.isArray(type) ? type : type === undefined ? kinds : [type]
  const isKnown = types.every((each) => each === 'integer' || kinds.some((known) => known === each))
  const isNumber = kind === 'number' && types.includes('integer')
  return !isKnown || isNumber || types.includes(kind) || (kind === 'null' && nullable === true)
}

const hasOne: Readonly<Record<Kind, (branch: Branch, effort: Effort) => boolean>> = {
  null: (branch, effort) => takesAll(branch, null, effort),
  boolean: (branch, effort) => [true, false].some((value) => takesAll(branch, value, effort)),
  string: (branch) => highest(branch, 'minLength', 0) <= lowest(branch, 'maxLength'),
  number: hasNumber,
  array: hasArray,
  object: hasObject,
}

function bounds(branch: Branch, keyword: string): readonly number[] {
  return branch.flatMap(({ schema }) => {
    const bound = schema[keyword]
    return typeof bound === 'number' ? [bound] : []
  })
}

const highest = (branch: Branch, keyword: string, least = Number.NEGATIVE_INFINITY) =>
  Math.max(least, ...bounds(branch, keyword))
const lowest = (branch: Branch, keyword: string) =>
  Math.min(Number.POSITIVE_INFINITY, ...bounds(branch, keyword))

function hasNumber(branch: Branch): boolean {
  const [from, above] = [highest(branch, 'minimum'), highest(branch, 'exclusiveMinimum')]
  const [to, under] = [lowest(branch, 'maximum'), lowest(branch, 'exclusiveMaximum')]
  if (!branch.some(({ schema }) => isInteger(schema)))
    return from <= to && from < under && above < to && above < under
  const first = Math.max(Math.ceil(from), Math.floor(above) + 1)
  const last = Math.min(Math.floor(to), Math.ceil(under) - 1)
  return first <= last
}

/** Whether whole numbers are all the numbers that it takes. */
const isInteger = ({ type }: JsonObject) =>
  type === 'integer' || (Array.isArray(type) && type.includes('integer') && !type.includes('number'))

function hasArray(branch: Branch, effort: Effort): boolean {
  const most = lowest(branch, 'maxItems')
  const wanted = branch.flatMap(({ schema, root }) =>
    schema.contains !== undefined && schema.minContains !== 0
      ? [{ schema: asSchema(schema.contains), root }]
      : [],
  )
  const least = highest(branch, 'minItems', wanted.length > 0 ? 1 : 0)
  if (least > most) return false
  const places = Array.from({ length: Math.min(most, longestPrefix(branch) + 1) }, (_, place) => place)
  return wanted.every((one) => places.some((place) => canOverlap([one, ...itemsAt(branch, place)], effort)))
}

function hasObject(branch: Branch, effort: Effort): boolean {
  const names = [...new Set(branch.flatMap(({ schema }) => requiredOf(schema)))]
  if (names.length > lowest(branch, 'maxProperties')) return false
  return names.every((name) => canOverlap(membersAt(branch, name), effort))
}

function takesAll(branch: Branch, value: Json, effort: Effort): boolean {
  return branch.every((placed) => takes(placed, value, effort))
}

function takes({ schema, root }: Placed, value: Json, effort: Effort): boolean {
  const kind = kindOf(value)
  const listed = listedValues(schema)
  const isListed = listed?.some((each) => canonicalize(each) === canonicalize(value)) ?? true
  if (!isListed || !allows(schema, kind) || schema[holds]?.(value) === false) return false
  if (kind === 'number') return takesNumber(schema, value)
  if (typeof value === 'string') return takesString(schema, value)
  if (Array.isArray(value)) return takesArray({ schema, root }, value, effort)
  return kind !== 'object' || !isJsonObject(value) || takesObject({ schema, root }, value, effort)
}

function kindOf(value: Json): Kind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (isExactNumber(value) || typeof value === 'number') return 'number'
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'object'
}

function takesNumber(schema: JsonObject, value: Json): boolean {
  const number = isExactNumber(value) ? Number(value.$number) : Number(value)
  if (!Number.isFinite(number)) return true
  if (isInteger(schema) && !Number.isInteger(number)) return false
  const one = [{ schema: { minimum: number, maximum: number }, root: {} }]
  return hasNumber([...one, { schema: { ...schema, type: 'number' }, root: {} }])
}

function takesString(schema: JsonObject, value: string): boolean {
  const { length } = [...value]
  const branch = [{ schema, root: {} }]
  const isLong = length >= highest(branch, 'minLength') && length <= lowest(branch, 'maxLength')
  return isLong && (typeof schema.pattern !== 'string' || couldFit(schema.pattern, value))
}

function takesArray(placed: Placed, value: readonly Json[], effort: Effort): boolean {
  const branch = [placed]
  if (value.length < highest(branch, 'minItems') || value.length > lowest(branch, 'maxItems')) return false
  return value.every((item, place) => canOverlap([constant(item), ...itemsAt(branch, place)], effort))
}

function takesObject(placed: Placed, value: JsonObject, effort: Effort): boolean {
  if (!requiredOf(placed.schema).every((name) => Object.hasOwn(value, name))) return false
  return Object.entries(value).every(([name, member]) =>
    canOverlap([constant(member), ...membersAt([placed], name)], effort),
  )
}

function constant(value: Json): Placed {
  return { schema: { const: value }, root: {} }
}
