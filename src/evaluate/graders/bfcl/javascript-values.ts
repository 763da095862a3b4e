import {
  digit,
  end,
  orRaise,
  pattern,
  space,
  strip,
  stripQuotes,
  toFloat,
  toInt,
  withoutEnds,
} from './python-text.ts'
import { PythonError, type PythonType, type PythonValue } from './python-value.ts'

/** The Python type that a value of a JavaScript type becomes. */
export const javascriptTypes: Readonly<Record<string, PythonType>> = {
  String: 'str',
  integer: 'int',
  float: 'float',
  Bigint: 'int',
  Boolean: 'bool',
  dict: 'dict',
  array: 'list',
  any: 'str',
}

const patterns = {
  integer: pattern(`^-?${digit}+${end}`),
  float: pattern(`^-?${digit}+(?:\\.${digit}+)?${end}`),
  bigint: pattern(`^-?${digit}+n${end}`),
}

/** JavaScript source as a value; a source that is not of its type stays text. */
export function readJavascript(source: string, type: string, nested: string | null): PythonValue {
  switch (type) {
    case 'String':
      return isQuoted(source) ? withoutEnds(source) : source
    case 'integer':
      return patterns.integer.test(source) ? orRaise(toInt(source)) : source
    case 'float':
      return patterns.float.test(source) ? orRaise(toFloat(source)) : source
    case 'Bigint':
      return patterns.bigint.test(source) ? orRaise(toInt([...source].slice(0, -1).join(''))) : source
    case 'Boolean':
      return source === 'true' || source === 'false' ? source === 'true' : source
    case 'dict':
      return readDict(strip(source))
    case 'array':
      return orSource(strip(source), (code) => readArray(code, nested))
    case 'any':
      return source
    default:
      throw new PythonError('ValueError')
  }
}

function isQuoted(source: string): boolean {
  return ['"', "'"].some((quote) => source.startsWith(quote) && source.endsWith(quote))
}

function orSource(code: string, read: (code: string) => PythonValue): PythonValue {
  try {
    return read(code)
  } catch (error) {
    if (error instanceof PythonError) return code
    throw error
  }
}

const inner = `\\[ANY*?\\]${space}*(?:,${space}*\\[ANY*?\\]${space}*)*`
const nestedArray = pattern(
  `^(?:\\[${space}*${inner}\\]|(?<![\\p{L}\\p{N}_])new${space}+Array\\(${space}*${inner}\\))`,
)
const innerArray = pattern('\\[(ANY*?)\\]', 'g')
const flatArray = pattern(`^(?:\\[(ANY*?)\\]|(?<![\\p{L}\\p{N}_])new${space}+Array\\((ANY*?)\\))`)

function readArray(code: string, nested: string | null): PythonValue {
  const grid = nestedArray.exec(code)
  if (grid) return Array.from(grid[0].matchAll(innerArray), ([, row = ''], index) => readRow(row, index))
  const flat = flatArray.exec(code)
  if (!flat) return code
  const source = strip(flat[1] ?? flat[2] ?? '')
  const elements = source === '' ? [] : source.split(',').map(strip)
  return elements.map((each) => (nested ? readTyped(each, nested) : readUntyped(each)))
}

/** The first match begins at the outer bracket. */
function readRow(row: string, index: number): PythonValue {
  const source = strip(row)
  const bare = index === 0 && source.startsWith('[') ? source.slice(1) : source
  return bare.split(',').map((each) => readUntyped(strip(each)))
}

function readTyped(element: string, type: string): PythonValue {
  const isText = element.startsWith("'") || element.startsWith('"')
  return readJavascript(element, type, isText ? 'String' : null)
}

const dict = pattern('^\\{(ANY*?)\\}')
const pair = pattern(`([^:]+):${space}*(ANY*?)(?:,${space}*(?=[^,]+:)|${end})`, 'g')

function readDict(code: string): PythonValue {
  if (code === '{}') return new Map()
  const found = dict.exec(code)
  if (!found) return code
  return orSource(code, () => {
    const pairs = Array.from((found[1] ?? '').matchAll(pair), ([, key = '', value = '']) => {
      return [stripQuotes(strip(key)), readMember(strip(value))] as const
    })
    return new Map(pairs)
  })
}

function readMember(value: string): PythonValue {
  if (value.startsWith('[') && value.endsWith(']'))
    return orSource(strip(value), (code) => readArray(code, null))
  if (value.startsWith('{') && value.endsWith('}')) return readDict(strip(value))
  return readUntyped(stripQuotes(value))
}

function readUntyped(source: string): PythonValue {
  const text = strip(source)
  if (text === 'true' || text === 'false') return text === 'true'
  if (isQuoted(text)) return withoutEnds(text)
  return toInt(text) ?? toFloat(text) ?? text
}
