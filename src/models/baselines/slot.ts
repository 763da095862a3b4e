import type { Json, JsonObject } from '../../domain/json.ts'
import { roles } from './english.ts'
import type { Mention, MentionKind } from './mentions.ts'
import { alternatives, resolveSchema, type SchemaType, typesOf } from './schema.ts'
import { words } from './words.ts'

/** One argument to be filled. */
export interface Slot {
  readonly name: string
  readonly schema: JsonObject
  readonly isRequired: boolean
  readonly type: SchemaType
  /** The kind of mention it wants; `text` takes any but a number. */
  readonly kind: MentionKind
  /** Its name as words: `maxResults` is `max result`. */
  readonly words: readonly string[]
  /** Prepositions that introduce an argument of such a name: `from` a `source`. */
  readonly introducedBy: readonly string[]
}

export function slotFor(
  name: string,
  declared: Json | undefined,
  isRequired: boolean,
  root: JsonObject,
): Slot {
  const resolved = resolveSchema(declared, root)
  const options = alternatives(resolved, root) ?? [resolved]
  const schema = options.find((option) => typesOf(option)[0] !== 'null') ?? options[0] ?? {}
  const type = typesOf(schema).find((option) => option !== 'null') ?? 'null'
  const parts = words(name)
  const introducedBy = roles.flatMap(([by, named]) => (parts.some((part) => named.has(part)) ? by : []))
  return { name, schema, isRequired, type, kind: kindOf(type, schema, parts), words: parts, introducedBy }
}

const byFormat: Readonly<Record<string, MentionKind>> = {
  uri: 'url',
  url: 'url',
  'uri-reference': 'url',
  email: 'email',
  date: 'date',
  'date-time': 'date',
  time: 'time',
}

/** Conventional last words of parameter names. */
const byWord: Readonly<Record<string, MentionKind>> = {
  path: 'path',
  file: 'path',
  filename: 'path',
  filepath: 'path',
  directory: 'path',
  dir: 'path',
  folder: 'path',
  url: 'url',
  uri: 'url',
  link: 'url',
  email: 'email',
  date: 'date',
  day: 'date',
  deadline: 'date',
  time: 'time',
}

function kindOf(type: SchemaType, { format }: JsonObject, parts: readonly string[]): MentionKind {
  if (type === 'number' || type === 'integer') return 'number'
  if (typeof format === 'string' && byFormat[format]) return byFormat[format]
  return byWord[parts.at(-1) ?? ''] ?? 'text'
}

/** Takes any text or number, not one of a list. */
export function isOpen({ type, schema }: Slot): boolean {
  const isListed = schema.enum !== undefined || schema.const !== undefined
  return !isListed && (type === 'string' || type === 'number' || type === 'integer')
}

/** A scalar of a result as the argument: an id may be a number there and a text here. */
export function adapted(value: Json | undefined, { type }: Slot): Json | undefined {
  if (type === 'string') return value === undefined ? undefined : String(value)
  return typeof value === 'number' ? value : undefined
}

export function asValue({ text }: Mention, { kind }: Slot): Json {
  return kind === 'number' ? Number(text.replaceAll(',', '')) : text
}

/** Whether a number may stand there by its type and range; anything else may. */
export function isWithin(mention: Mention, slot: Slot): boolean {
  const value = asValue(mention, slot)
  const { minimum, maximum } = slot.schema
  if (typeof value !== 'number') return true
  if (slot.type === 'integer' && !Number.isInteger(value)) return false
  return (
    !(typeof minimum === 'number' && value < minimum) && !(typeof maximum === 'number' && value > maximum)
  )
}
