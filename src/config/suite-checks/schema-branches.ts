import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'

/** What no keyword says; asked of each value where a schema lists its values. */
export const holds = Symbol('holds')

export type Schema = JsonObject & { readonly [holds]?: (value: Json) => boolean }

/** A schema, without those that its `$ref`, `allOf`, `anyOf` and `oneOf` add to it, and the document of its references. */
export interface Placed {
  readonly schema: Schema
  readonly root: JsonObject
}

/** Schemas of which a value fits all, but for keywords that are not looked at. */
export type Branch = readonly Placed[]

/** Stands for what cannot be looked up: it takes anything. */
const unknown: Placed = { schema: { additionalProperties: true }, root: {} }

/** How many more schemas may be looked at: they may refer to themselves, in many ways. */
export interface Effort {
  left: number
}

export const someEffort = (): Effort => ({ left: 2_000 })

const deepest = 8
const most = 64

/** The ways to fit a schema: whatever value fits it fits one of these branches. */
export function branchesOf(
  { schema, root }: { readonly schema: Json; readonly root: JsonObject },
  effort = someEffort(),
  depth = 0,
): readonly Branch[] {
  if (schema === false) return []
  if (!isJsonObject(schema)) return [[]]
  if (depth > deepest || --effort.left < 0) return [[unknown]]
  const home = homeOf(schema, root)
  const below = (each: Json, document = home) =>
    branchesOf({ schema: each, root: document }, effort, depth + 1)
  const target = typeof schema.$ref === 'string' ? lookUp(schema.$ref, home) : null
  const all = listOf(schema.allOf).map((each) => below(each))
  const choices = ['anyOf', 'oneOf'].flatMap((keyword) =>
    Array.isArray(schema[keyword]) ? [listOf(schema[keyword]).flatMap((each) => below(each))] : [],
  )
  const referred = target === null ? [] : [target ? below(target.schema, target.root) : [[unknown]]]
  return inAllWays([[[{ schema, root: home }]], ...referred, ...all, ...choices])
}

/** One branch of each list together; what would be too many is not looked at. */
export function inAllWays(lists: readonly (readonly Branch[])[]): readonly Branch[] {
  return lists.reduce((ways, list) =>
    ways.length * list.length > most
      ? ways.map((way) => [...way, unknown])
      : ways.flatMap((way) => list.map((branch) => [...way, ...branch])),
  )
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : []
}

const homeOf = (schema: JsonObject, root: JsonObject) => (typeof schema.$id === 'string' ? schema : root)

/** Undefined where it is elsewhere, or nowhere. */
function lookUp(reference: string, root: JsonObject): { schema: Json; root: JsonObject } | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined
  let found: { schema: Json; root: JsonObject } | undefined = { schema: root, root }
  for (const step of reference.split('/').slice(1)) found = found && stepInto(found, step)
  return found
}

function stepInto({ schema, root }: { schema: Json; root: JsonObject }, step: string) {
  const name = decoded(step)?.replaceAll('~1', '/').replaceAll('~0', '~')
  const inner = isJsonObject(schema) || Array.isArray(schema) ? Object.entries(schema) : []
  const found = inner.find(([key]) => key === name)?.[1]
  if (found === undefined) return undefined
  return { schema: found, root: isJsonObject(found) ? homeOf(found, root) : root }
}

/** Null where it is not written as a part of an address: `100%`. */
function decoded(step: string): string | null {
  try {
    return decodeURIComponent(step)
  } catch {
    return null
  }
}
