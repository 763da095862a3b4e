import {
  digit,
  end,
  orRaise,
  pattern,
  space,
  strip,
  toFloat,
  toInt,
  withoutEnds,
  word,
} from './python-text.ts'
import { PythonError, type PythonType, type PythonValue } from './python-value.ts'

/** The Python type that a value of a Java type becomes. Hashtable, Queue, Stack and Set cannot be read. */
export const javaTypes: Readonly<Record<string, PythonType | 'set'>> = {
  byte: 'int',
  short: 'int',
  integer: 'int',
  long: 'int',
  float: 'float',
  double: 'float',
  boolean: 'bool',
  char: 'str',
  String: 'str',
  any: 'str',
  Array: 'list',
  ArrayList: 'list',
  Queue: 'list',
  Stack: 'list',
  Set: 'set',
  HashMap: 'dict',
  Hashtable: 'dict',
}

const fraction = `-?${digit}+(?:\\.${digit}+)?(?:[eE][+-]?${digit}+)?`
const patterns = {
  integer: pattern(`^-?${digit}+${end}`),
  long: pattern(`^-?${digit}+[lL]${end}`),
  float: pattern(`^${fraction}[fF]${end}`),
  double: pattern(`^${fraction}${end}`),
}
const longMark = pattern(`[lL]${end}`)
const floatMark = pattern(`[fF]${end}`)

/** Java source as a value; a source that is not of its type stays text. */
export function readJava(source: string, type: string, nested: string | null): PythonValue {
  switch (type) {
    case 'byte':
    case 'short':
    case 'integer':
      return patterns.integer.test(source) ? orRaise(toInt(source)) : source
    case 'long':
      return patterns.long.test(source) ? orRaise(toInt(source.replace(longMark, ''))) : source
    case 'float':
      return patterns.float.test(source) ? orRaise(toFloat(source.replace(floatMark, ''))) : source
    case 'double':
      return patterns.double.test(source) ? orRaise(toFloat(source)) : source
    case 'boolean':
      return source === 'true' || source === 'false' ? source === 'true' : source
    case 'char':
    case 'String':
    case 'any':
      return source
    case 'Array':
      return readArray(source, nested)
    case 'ArrayList':
      return readArrayList(source, nested)
    case 'HashMap':
      return readHashMap(source)
    default:
      throw new PythonError(type in javaTypes ? 'NotImplementedError' : 'ValueError')
  }
}

const array = pattern(`new${space}+${word}+\\[\\]${space}*\\{(ANY*?)\\}`)

function readArray(source: string, nested: string | null): PythonValue {
  const found = array.exec(source)
  if (!found) return source
  const elements = (found[1] ?? '').split(',').map(strip)
  return elements.filter((each) => each !== '').map((each) => readElement(each, nested))
}

const newList = `new${space}+ArrayList<${word}*>\\(`
const asList = pattern(`${newList}Arrays\\.asList\\((ANY+?)\\)\\)`)
const added = pattern(`${newList}\\)${space}*\\{\\{${space}*([\\s\\S]+?)${space}*\\}\\}`)
const oneAdded = pattern('add\\((ANY+?)\\)', 'g')
const empty = pattern(`${newList}\\)`)

function readArrayList(source: string, nested: string | null): PythonValue {
  const listed = asList.exec(source)
  if (listed) return (listed[1] ?? '').split(',').map((each) => readListElement(strip(each), nested))
  const block = added.exec(source)
  if (block)
    return Array.from((block[1] ?? '').matchAll(oneAdded), ([, each = '']) =>
      readListElement(strip(each), nested),
    )
  return empty.test(source) ? [] : source
}

function readListElement(source: string, nested: string | null): PythonValue {
  return nested === 'char' || nested === 'String' ? withoutEnds(source) : readElement(source, nested)
}

function readElement(source: string, nested: string | null): PythonValue {
  return nested ? readJava(source, nested, null) : readUntyped(source)
}

const newMap = `new${space}+HashMap<`
const filledMap = pattern(
  `${newMap}[\\s\\S]*?>${space}*\\(\\)${space}*\\{${space}*\\{?${space}*([\\s\\S]*?)${space}*\\}?${space}*\\}`,
)
const put = pattern(`put\\("(ANY*?)",${space}*(ANY*?)\\)`, 'g')
const emptyMap = pattern(`${newMap}ANY*?>${space}*\\(\\)`)

function readHashMap(source: string): PythonValue {
  const filled = filledMap.exec(source)
  if (filled) {
    const puts = Array.from((filled[1] ?? '').matchAll(put), ([, key = '', value = '']) => {
      return [key, readUntyped(strip(value))] as const
    })
    return new Map(puts)
  }
  return emptyMap.test(source) ? new Map() : source
}

function readUntyped(source: string): PythonValue {
  if (source === 'true' || source === 'false') return source === 'true'
  if (source.startsWith('"') && source.endsWith('"')) return withoutEnds(source)
  if (patterns.long.test(source)) return orRaise(toInt([...source].slice(0, -1).join('')))
  if (patterns.float.test(source)) return orRaise(toFloat(source.replace(floatMark, '')))
  return toInt(source) ?? toFloat(source) ?? source
}
