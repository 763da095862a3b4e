import { PythonError, type PythonValue } from './python-value.ts'

/** What Python's `\s` and `str.strip` take for white space. */
export const space = '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]'
/** What Python's `\w` takes for a word character. */
export const word = '[\\p{L}\\p{N}_]'
/** Python's `$`: before a newline at the end, too. */
export const end = '(?=\\n?$)'
export const digit = '\\p{Nd}'

/** Source as Python's `re` reads it, but for the classes above, which are written out; `.` is anything but a newline. */
export function pattern(source: string, flags = ''): RegExp {
  return new RegExp(source.replaceAll('ANY', '[^\\n]'), `u${flags}`)
}

const outerSpace = pattern(`^${space}+|${space}+$`, 'g')

export function strip(text: string): string {
  return text.replace(outerSpace, '')
}

export function stripQuotes(text: string): string {
  return text.replace(/^['"]+|['"]+$/gu, '')
}

/** `text[1:-1]`, by code points. */
export function withoutEnds(text: string): string {
  return [...text].slice(1, -1).join('')
}

const integer = pattern(`^[+-]?${digit}+(?:_${digit}+)*$`)
const digits = `${digit}+(?:_${digit}+)*`
const decimal = pattern(`^[+-]?(?:${digits}\\.?(?:${digits})?|\\.${digits})(?:[eE][+-]?${digits})?$`)
/** CPython refuses to convert longer ones, since 3.11. */
const longestInteger = 4300

/** `int(text)`; null where it raises. */
export function toInt(text: string): bigint | null {
  const trimmed = strip(text)
  if (!integer.test(trimmed)) return null
  const plain = withPlainDigits(trimmed).replace('+', '')
  if (plain.replace('-', '').length > longestInteger) return null
  return plain.startsWith('-') ? -BigInt(plain.slice(1)) : BigInt(plain)
}

/** `float(text)`; null where it raises. */
export function toFloat(text: string): number | null {
  const trimmed = strip(text)
  if (decimal.test(trimmed)) return Number(withPlainDigits(trimmed))
  const named = /^([+-]?)(inf(?:inity)?|nan)$/iu.exec(trimmed)
  if (!named) return null
  if (named[2]?.toLowerCase() === 'nan') return Number.NaN
  return named[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}

/** Digits of other scripts count as what they mean; each script has its ten in a row. */
function withPlainDigits(text: string): string {
  return text.replaceAll('_', '').replace(/\p{Nd}/gu, (each) => String(meaningOf(each)))
}

function meaningOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  let first = code
  while (code - first < 9 && /\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1
  return code - first
}

export function orRaise(value: PythonValue | null): PythonValue {
  if (value === null) throw new PythonError('ValueError')
  return value
}

/** As BFCL compares strings: without spaces and ` ,./-_*^`, in lower case, `'` as `"`. */
export function standardize(text: string): string {
  return text
    .replace(/[ ,./\-_*^]/gu, '')
    .toLowerCase()
    .replaceAll("'", '"')
}

export function standardizeValue(value: PythonValue): PythonValue {
  return typeof value === 'string' ? standardize(value) : value
}
