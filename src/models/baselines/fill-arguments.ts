import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { type ToolResult, textOf } from '../../domain/tool.ts'
import {
  type Evidence,
  enumeration,
  gatherEvidence,
  mentionsIn,
  suiting,
  unused,
  valueNamed,
} from './evidence.ts'
import type { Step } from './find-then-call.ts'
import { labelled, phraseAfter } from './labels.ts'
import { isTime, type Mention } from './mentions.ts'
import { propertyNames, resolveSchema } from './schema.ts'
import { adapted, asValue, isOpen, isWithin, type Slot, slotFor } from './slot.ts'
import { contentWords, refersBack } from './words.ts'

/** Undefined: this way finds nothing. */
type Strategy = (slot: Slot, evidence: Evidence, scope: Scope) => Json | undefined

interface Scope {
  /** Where local references point. */
  readonly root: JsonObject
  /** Of objects within objects; bounded, since a schema may require itself. */
  readonly depth: number
}

const deepest = 6

/** In this order for every argument: what the prompt says clearly goes before what can only be guessed. */
const clear: readonly Strategy[] = [fromChoices, fromLabel, fromKind]
const guesses: readonly Strategy[] = [fromOrder, fromElsewhere, fromResults, lastResort]

/**
 * The arguments of a call, taken from the step by the schema. An optional argument is set only where the step names it
 * clearly. A required one is guessed at need (a text gets the words of the step); a number, a path or an address that
 * is nowhere to be found is left out, so that the server says what is missing.
 */
export function fillArguments(schema: JsonObject, step: Step, results: readonly ToolResult[]): JsonObject {
  return fillObject(resolveSchema(schema, schema), gatherEvidence(step, results), { root: schema, depth: 0 })
}

function fillObject(schema: JsonObject, evidence: Evidence, scope: Scope): JsonObject {
  const properties = isJsonObject(schema.properties) ? schema.properties : {}
  const { required, optional } = propertyNames(schema)
  const slots = [
    ...required.map((name) => slotFor(name, properties[name], true, scope.root)),
    ...optional.map((name) => slotFor(name, properties[name], false, scope.root)),
  ]
  const filled = new Map<string, Json>()
  for (const strategy of [...clear, ...guesses]) {
    for (const slot of slots) {
      if (filled.has(slot.name) || !(slot.isRequired || clear.includes(strategy))) continue
      const value = strategy(slot, evidence, scope)
      if (value !== undefined) filled.set(slot.name, value)
    }
  }
  return Object.fromEntries(
    slots.flatMap(({ name }) => (filled.has(name) ? [[name, filled.get(name) ?? null]] : [])),
  )
}

function fillWithin(schema: JsonObject, evidence: Evidence, { root, depth }: Scope): JsonObject {
  return depth < deepest ? fillObject(schema, evidence, { root, depth: depth + 1 }) : {}
}

/** A constant, a member of an enum whose words the step holds or a flag that it names. */
function fromChoices(slot: Slot, evidence: Evidence, scope: Scope): Json | undefined {
  const { schema, type, words, isRequired } = slot
  if (type === 'array') return inArray(fromChoices(itemSlot(slot, scope), evidence, scope))
  if (schema.const !== undefined) return isRequired ? schema.const : undefined
  const said = new Set(contentWords(evidence.text))
  const isSaid = (phrase: readonly string[]) => phrase.length > 0 && phrase.every((word) => said.has(word))
  if (Array.isArray(schema.enum)) {
    const members = schema.enum.filter((member: Json) => isSaid(contentWords(String(member))))
    return members.toSorted((a: Json, b: Json) => String(b).length - String(a).length)[0]
  }
  if (type !== 'boolean' || !isSaid(words.filter((word) => !flagVerbs.has(word)))) return undefined
  return !/\b(?:not|no|without|don['’]t|never|disable)\b/i.test(evidence.text)
}

const flagVerbs = new Set(['is', 'has', 'should', 'include', 'enable'])

/** What stands right after the argument's name, or after a preposition that introduces such an argument. */
function fromLabel(slot: Slot, evidence: Evidence, scope: Scope): Json | undefined {
  const item = slot.type === 'array' ? itemSlot(slot, scope) : slot
  const mention = isOpen(item) ? labelled(item, evidence) : undefined
  if (!mention || item === slot) return mention && take(mention, item, evidence)
  return enumeration(mention, evidence).map((each) => take(each, item, evidence))
}

/** The next mention of the very kind: a path for a path. Any number could be meant for an optional one, so none is. */
function fromKind(slot: Slot, evidence: Evidence, scope: Scope): Json | undefined {
  if (slot.type === 'array') return fromKinds(slot, evidence, scope)
  if (!isOpen(slot) || slot.kind === 'text' || (slot.kind === 'number' && !slot.isRequired)) return undefined
  const mention = unused(evidence).find((mention) => mention.kind === slot.kind && isWithin(mention, slot))
  return mention && take(mention, slot, evidence)
}

/** For an array whose items want a path, an address or a date: all of these. */
function fromKinds(slot: Slot, evidence: Evidence, scope: Scope): Json | undefined {
  const item = itemSlot(slot, scope)
  if (!isOpen(item) || item.kind === 'text' || item.kind === 'number') return undefined
  const mentions = unused(evidence).filter(({ kind }) => kind === item.kind)
  return mentions.length > 0 ? mentions.map((mention) => take(mention, item, evidence)) : undefined
}

/** The next mention that could do, a phrase before a name within it; for an array all mentions that suit. */
function fromOrder(slot: Slot, evidence: Evidence, scope: Scope): Json | undefined {
  if (slot.type === 'array') return fillArray(slot, evidence, scope)
  if (slot.type === 'object') return fillWithin(slot.schema, evidence, scope)
  if (!isOpen(slot)) return undefined
  const [mention] = suiting(slot.kind, unused(evidence)).filter((mention) => isWithin(mention, slot))
  const phrase = slot.kind === 'text' && !mention?.isQuoted ? phraseAfter(slot, evidence) : undefined
  if (phrase && (!mention || isTime(mention) || phrase.includes(mention.text))) return phrase
  return mention && take(mention, slot, evidence)
}

/** A step that says "it" speaks of the newest result, or of what the prompt named before. */
function fromElsewhere(slot: Slot, evidence: Evidence, scope: Scope): Json | undefined {
  if (slot.type === 'array') return inArray(fromElsewhere(itemSlot(slot, scope), evidence, scope))
  if (!isOpen(slot)) return undefined
  const { masked, elsewhere, results } = evidence
  const [newest] = results
  if (slot.kind === 'text' && newest && refersBack(masked)) return fromRecord(slot, newest) ?? textOf(newest)
  const mention = elsewhere().find(
    ({ kind, isQuoted }) => kind === slot.kind && (kind !== 'text' || isQuoted),
  )
  return mention && asValue(mention, slot)
}

/** The value of the same name in an earlier result, or a mention of the kind in its text: the path that was found. */
function fromResults(slot: Slot, { results }: Evidence): Json | undefined {
  if (!isOpen(slot)) return undefined
  for (const result of results) {
    const value = fromRecord(slot, result)
    if (value !== undefined) return value
    const mention = mentionsIn(result).find(({ kind }) => kind === slot.kind && kind !== 'text')
    if (mention) return asValue(mention, slot)
  }
  return undefined
}

function fromRecord(slot: Slot, result: ToolResult): Json | undefined {
  const names = [slot.name, ...(slot.words.at(-1) === 'id' ? ['id'] : [])]
  return adapted(valueNamed(result, names), slot)
}

function lastResort({ schema, type, kind }: Slot, { text }: Evidence): Json | undefined {
  if (schema.default !== undefined) return schema.default
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (type === 'boolean') return false
  if (type === 'array') return []
  return type === 'string' && kind === 'text' ? text : undefined
}

const mostItems = 16

/** Scalars take all mentions of the sort of the first that suits; objects are filled while mentions last. */
function fillArray(slot: Slot, evidence: Evidence, scope: Scope): Json | undefined {
  const item = itemSlot(slot, scope)
  if (isOpen(item)) {
    const suited = suiting(item.kind, unused(evidence))
    const [first] = suited
    const alike = suited.filter(({ kind, isQuoted }) => kind === first?.kind && isQuoted === first.isQuoted)
    return first && alike.map((mention) => take(mention, item, evidence))
  }
  if (item.type !== 'object') return undefined
  const items: Json[] = []
  let taken: number
  do {
    const before = evidence.used.size
    items.push(fillWithin(item.schema, evidence, scope))
    taken = evidence.used.size - before
    // Fewer than the first one took are left over from the sentence, not another item.
  } while (taken > 0 && unused(evidence).length >= taken && items.length < mostItems)
  return items
}

/** An item is as needed as its array: an optional one is no reason to guess. */
function itemSlot({ name, schema, isRequired }: Slot, { root }: Scope): Slot {
  return slotFor(name, schema.items, isRequired, root)
}

function inArray(value: Json | undefined): Json | undefined {
  return value === undefined ? undefined : [value]
}

function take(mention: Mention, slot: Slot, { used }: Evidence): Json {
  used.add(mention)
  return asValue(mention, slot)
}
