import { visit } from 'jsonc-parser'

/**
 * A JSON value with the types that Python gives it: an int is a `bigint`, a float a `number`, a dict a `Map` that keeps
 * the order of its keys. `5`, `5.0` and `5e0` differ, and 20 digits stay 20 digits.
 */
export type PythonValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | readonly PythonValue[]
  | ReadonlyMap<string, PythonValue>

export type PythonType = 'NoneType' | 'bool' | 'int' | 'float' | 'str' | 'list' | 'dict'

/** What would have ended the official checker: a fault of the case or of what was answered, never a verdict of its own. */
export class PythonError extends Error {}

/** Throws a `PythonError` for a text that is no JSON. */
export function readPython(json: string): PythonValue {
  const root: PythonValue[] = []
  const open: ((value: PythonValue) => void)[] = [(value) => root.push(value)]
  const keys: string[] = []
  const put = (value: PythonValue) => open.at(-1)?.(value)
  visit(json, {
    onObjectBegin: () => {
      const dict = new Map<string, PythonValue>()
      put(dict)
      open.push((value) => dict.set(keys.pop() ?? '', value))
    },
    onObjectProperty: (name) => void keys.push(name),
    onArrayBegin: () => {
      const list: PythonValue[] = []
      put(list)
      open.push((value) => list.push(value))
    },
    onObjectEnd: () => void open.pop(),
    onArrayEnd: () => void open.pop(),
    onLiteralValue: (value, offset, length) =>
      put(typeof value === 'number' ? numberOf(json.slice(offset, offset + length)) : value),
    onError: () => {
      throw new PythonError('JSONDecodeError')
    },
  })
  const [value] = root
  if (value === undefined) throw new PythonError('JSONDecodeError')
  return value
}

function numberOf(lexeme: string): PythonValue {
  return /^-?\d+$/.test(lexeme) ? BigInt(lexeme) : Number(lexeme)
}

export function typeOf(value: PythonValue): PythonType {
  if (value === null) return 'NoneType'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'bigint') return 'int'
  if (typeof value === 'number') return 'float'
  if (typeof value === 'string') return 'str'
  return isDict(value) ? 'dict' : 'list'
}

export function isDict(value: PythonValue | undefined): value is ReadonlyMap<string, PythonValue> {
  return value instanceof Map
}

export function isList(value: PythonValue | undefined): value is readonly PythonValue[] {
  return Array.isArray(value)
}

/** `==`: numbers and booleans by what they count, exactly; dicts whatever the order of their keys. */
export function equals(a: PythonValue, b: PythonValue): boolean {
  // Exact between a bigint and a number, and false of NaN, as `==` is in Python.
  if (isNumeric(a) && isNumeric(b)) return counted(a) <= counted(b) && counted(a) >= counted(b)
  if (isList(a) && isList(b))
    return a.length === b.length && a.every((each, index) => equals(each, b[index] ?? null))
  if (isDict(a) && isDict(b))
    return a.size === b.size && [...a].every(([key, each]) => hasEqual(b, key, each))
  return a === b
}

function isNumeric(value: PythonValue): value is boolean | bigint | number {
  return typeof value === 'boolean' || typeof value === 'bigint' || typeof value === 'number'
}

function counted(value: boolean | bigint | number): bigint | number {
  return typeof value === 'boolean' ? Number(value) : value
}

function hasEqual(dict: ReadonlyMap<string, PythonValue>, key: string, wanted: PythonValue): boolean {
  const value = dict.get(key)
  return value !== undefined && equals(wanted, value)
}

/** `value in container`. */
export function isIn(value: PythonValue, container: PythonValue): boolean {
  if (isList(container)) return container.some((each) => equals(each, value))
  if (isDict(container)) return typeof value === 'string' && container.has(value)
  if (typeof container === 'string' && typeof value === 'string') return container.includes(value)
  throw new PythonError('TypeError')
}

/** What a loop over `range(len(container))` finds at each place. */
export function elementsOf(container: PythonValue | undefined): readonly PythonValue[] {
  if (isList(container)) return container
  if (typeof container === 'string') return [...container]
  if (isDict(container) && container.size === 0) return []
  throw new PythonError(isDict(container) ? 'KeyError' : 'TypeError')
}

export function dictOf(value: PythonValue | undefined): ReadonlyMap<string, PythonValue> {
  if (isDict(value)) return value
  throw new PythonError('TypeError')
}

/** `dict[key]`. */
export function memberOf(dict: PythonValue | undefined, key: string): PythonValue {
  const value = dictOf(dict).get(key)
  if (value === undefined) throw new PythonError('KeyError')
  return value
}
