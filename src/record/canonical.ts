import canonicalize from 'canonicalize'
import { isJsonObject, type Json } from '../domain/json.ts'
import { memberTexts } from './member-text.ts'

/** RFC 8785. A `RangeError` for what has no form in it: what is nested too deep, and numbers beyond every double. */
export function canonical(value: Json): string {
  try {
    return canonicalize(value) ?? 'null'
  } catch (error) {
    throw error instanceof RangeError ? error : new RangeError('no canonical form', { cause: error })
  }
}

/** UTF-16 units. To write a long string anew costs several times as much as all else that is done with it. */
const longString = 1024

/** The same of a value whose JSON is at hand: a long string right in it stands there as it is to be written, most of the time. */
export function canonicalOf(value: Json, json: string): string {
  if (json.length <= longString || !isJsonObject(value) || !Object.values(value).some(isLong))
    return canonical(value)
  const texts = memberTexts(json)
  const members = Object.entries(value).map(([name, each]) => {
    const literal = isLong(each) && each.isWellFormed() ? texts.get(name) : undefined
    return [name, literal !== undefined && hasShortEscapes(literal) ? literal : canonical(each)] as const
  })
  const sorted = members.sort(([one], [other]) => (one < other ? -1 : 1))
  return `{${sorted.map(([name, text]) => `${canonical(name)}:${text}`).join(',')}}`
}

function isLong(value: Json): value is string {
  return typeof value === 'string' && value.length > longString
}

/** Whether RFC 8785 would write all its escapes like this; what is escaped by its number, which is rare, is left to the library. */
function hasShortEscapes(literal: string): boolean {
  if (!literal.includes('\\u') && !literal.includes('\\/')) return true
  for (let at = literal.indexOf('\\'); at >= 0; at = literal.indexOf('\\', at + 2))
    if (!'"\\bfnrt'.includes(literal.charAt(at + 1))) return false
  return true
}
