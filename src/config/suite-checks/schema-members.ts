import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { Branch, Placed } from './schema-branches.ts'

export const longestPrefix = (branch: Branch) =>
  Math.max(0, ...branch.map(({ schema }) => prefixOf(schema).length))

const prefixOf = ({ prefixItems }: JsonObject): readonly Json[] =>
  Array.isArray(prefixItems) ? prefixItems : []

/** What the item at a place of a list must fit, from 0. */
export function itemsAt(branch: Branch, place: number): readonly Placed[] {
  return branch.flatMap(({ schema, root }) => {
    const item = prefixOf(schema)[place] ?? schema.items
    return item === undefined || Array.isArray(item) ? [] : [{ schema: asSchema(item), root }]
  })
}

export function requiredOf({ required }: JsonObject): readonly string[] {
  return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : []
}

/** What the value of a member must fit. */
export function membersAt(branch: Branch, name: string): readonly Placed[] {
  return branch.flatMap(({ schema, root }) =>
    memberSchemas(schema, name).map((each) => ({ schema: asSchema(each), root })),
  )
}

function memberSchemas({ properties, patternProperties, additionalProperties }: JsonObject, name: string) {
  const own = isJsonObject(properties) && Object.hasOwn(properties, name) ? [properties[name] ?? true] : []
  const patterns = isJsonObject(patternProperties) ? Object.entries(patternProperties) : []
  const matching = patterns.flatMap(([pattern, schema]) => {
    const isMatch = test(pattern, name)
    return isMatch === null ? [true] : isMatch ? [schema] : []
  })
  const named = [...own, ...matching]
  return named.length > 0 || additionalProperties === undefined ? named : [additionalProperties]
}

/** A pattern that cannot be read may match anything. */
export function couldFit(pattern: string, text: string): boolean {
  return test(pattern, text) ?? true
}

function test(pattern: string, text: string): boolean | null {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return null
  }
}

/** `false` as the schema that nothing fits. */
export function asSchema(schema: Json): JsonObject {
  return isJsonObject(schema) ? schema : schema === false ? { enum: [] } : {}
}
