import type { TypeOfAttribute } from '@cedar-policy/cedar-wasm/nodejs'
import { isJsonObject } from '../domain/json.ts'

export type Attribute = TypeOfAttribute<string>
export type Attributes = Record<string, Attribute>

export const text: Attribute = { type: 'String' }
export const long: Attribute = { type: 'Long' }
export const bool: Attribute = { type: 'Boolean' }
const decimal: Attribute = { type: 'Extension', name: 'decimal' }
export const texts: Attribute = { type: 'Set', element: { type: 'String' } }

/** What a policy's conditions use beyond the names that every request has. */
export interface PolicyUses {
  /** `arg_*` and `claim_*`, with the type that they are used as. */
  readonly open: Attributes
  /** Tools asked for in `context.chain.calls`. */
  readonly tools: readonly string[]
  /** What `has` asks for, variable first; Cedar's validator takes an unknown attribute for absent and says nothing. */
  readonly tested: readonly (readonly string[])[]
}

/** Reads a policy's conditions, in Cedar's JSON form, for what they use, and as what. */
export function usesOf(conditions: readonly { readonly body: unknown }[]): PolicyUses {
  const typed: Attributes = {}
  const untyped: Attributes = {}
  const tools = new Set<string>()
  const tested: (readonly string[])[] = []
  const note = ([, name = '', second, tool]: readonly string[], expected: Attribute | null) => {
    // A JSON number reaches Cedar as decimal, never as Long.
    const type = expected === long ? decimal : expected
    if (type !== null) typed[name] ??= type
    else untyped[name] = name.endsWith('_present') ? bool : text
    if (name === 'chain' && second === 'calls' && tool !== undefined) tools.add(tool)
  }
  const walk = (node: unknown, expected: Attribute | null) => {
    const path = pathOf(node)
    if (path !== null) return note(path, expected)
    if (!isJsonObject(node)) return
    for (const [operator, operands] of Object.entries(node)) {
      const path = operator === 'has' ? testedPath(operands) : null
      if (path !== null) {
        tested.push(path)
        note(path, null)
      }
      for (const [operand, type] of operandsOf(operator, operands, expected)) walk(operand, type)
    }
  }
  for (const { body } of conditions) walk(body, bool)
  const isOpen = ([name]: [string, Attribute]) => /^(?:arg|claim)_/.test(name)
  const open = Object.fromEntries(Object.entries({ ...untyped, ...typed }).filter(isOpen))
  return { open, tools: [...tools], tested }
}

type Operand = readonly [node: unknown, expected: Attribute | null]

/** The operands of an operator, with the type that each has to have. */
function operandsOf(operator: string, operands: unknown, expected: Attribute | null): readonly Operand[] {
  if (Array.isArray(operands)) {
    const type = /^(?:less|greater)Than/.test(operator) ? decimal : null
    return operands.map((operand) => [operand, type])
  }
  if (!isJsonObject(operands)) return []
  const { left, right, arg } = operands
  const both = (type: Attribute): readonly Operand[] => [
    [left, type],
    [right, type],
  ]
  if (operator === '&&' || operator === '||') return both(bool)
  if (/^(?:[<>]=?|[-+*])$/.test(operator)) return both(long)
  if (operator === '!') return [[arg, bool]]
  if (operator === 'neg') return [[arg, long]]
  if (operator === 'isEmpty') return [[arg, texts]]
  if (operator === 'like') return [[left, text]]
  if (operator === 'contains')
    return [
      [left, setOf(typeOf(right))],
      [right, elementOf(typeOf(left))],
    ] // prettier
  if (operator === '==' || operator === '!=' || operator.startsWith('contains'))
    return [
      [left, typeOf(right)],
      [right, typeOf(left)],
    ]
  if (operator === 'if-then-else')
    return [
      [operands.if, bool],
      [operands.then, expected],
      [operands.else, expected],
    ]
  if (operator === 'Record') return Object.values(operands).map((value) => [value, null])
  return [
    [left, null],
    [right, null],
    [operands.in, null],
  ]
}

/** The type of a literal or of what an operator yields; null where it is as open as the attribute beside it. */
function typeOf(node: unknown): Attribute | null {
  if (!isJsonObject(node)) return null
  if (Array.isArray(node.Set)) return setOf(typeOf(node.Set[0]))
  if ('decimal' in node) return decimal
  if (typeof node.Value === 'string') return text
  if (typeof node.Value === 'boolean') return bool
  return typeof node.Value === 'number' ? long : null
}

function setOf(element: Attribute | null): Attribute {
  return element === null ? texts : { type: 'Set', element }
}

function elementOf(set: Attribute | null): Attribute | null {
  return set !== null && 'element' in set ? set.element : null
}

/** `context.chain.calls` as a list, variable first; null for anything else. */
function pathOf(node: unknown): readonly string[] | null {
  if (!isJsonObject(node)) return null
  if (typeof node.Var === 'string') return [node.Var]
  const access = node['.']
  if (!isJsonObject(access) || typeof access.attr !== 'string') return null
  const path = pathOf(access.left)
  return path === null ? null : [...path, access.attr]
}

function testedPath(operands: unknown): readonly string[] | null {
  if (!isJsonObject(operands)) return null
  const path = pathOf(operands.left)
  const names = [operands.attr].flat().filter((name) => typeof name === 'string')
  return path === null || path.length === 0 ? null : [...path, ...names]
}
