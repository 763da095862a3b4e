import { type Node, parseTree } from 'jsonc-parser'
import { isJsonObject, type Json, type JsonObject } from './json.ts'

/**
 * A number that a double cannot hold: `{"$number": "12345678901234567891"}`, its digits without what says nothing (`e`
 * form, trailing zeros). It equals the same number however it is written, and no other.
 */
export type ExactNumber = { readonly $number: string }

/** Longer than what every double keeps, or out of its range. */
const suspicious = /\d[\d.]{15}|\d\.?[eE][+-]?\d{3}/

export function mayBeInexact(text: string): boolean {
  return suspicious.test(text)
}

/** The value of a JSON text, numbers that a double would change as `ExactNumber`; undefined for a text that is no JSON. */
export function readExactJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    if (!mayBeInexact(text)) return value
    const root = parseTree(text)
    return root ? exactValue(root, text) : value
  } catch {
    return undefined
  }
}

function exactValue(node: Node, text: string): Json {
  const children = node.children ?? []
  if (node.type === 'array') return children.map((child) => exactValue(child, text))
  if (node.type === 'object')
    return Object.fromEntries(
      children.map(({ children: [key, value] = [] }) => [key?.value, value ? exactValue(value, text) : null]),
    )
  return node.type === 'number' ? exactly(text.slice(node.offset, node.offset + node.length)) : node.value
}

/** A number as a double where that is the same number. */
export function exactly(lexeme: string): number | ExactNumber {
  const value = Number(lexeme)
  const digits = plainDigits(lexeme)
  return Number.isFinite(value) && plainDigits(String(value)) === digits ? value : { $number: digits }
}

/** `-12.50` → `-125e-1`; zero is `0`. */
export function plainDigits(lexeme: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(lexeme) ?? []
  const digits = (whole + fraction).replace(/^0+/, '')
  const kept = digits.replace(/0+$/, '')
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - kept.length)
  return kept === '' ? '0' : `${sign === '-' ? '-' : ''}${kept}e${power}`
}

export function isExactNumber(value: Json | undefined): value is JsonObject & ExactNumber {
  return isJsonObject(value) && typeof value.$number === 'string' && Object.keys(value).length === 1
}
