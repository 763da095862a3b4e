import canonicalize from 'canonicalize'
import { isJsonObject, type Json } from '../domain/json.ts'
import { memberText } from './member-text.ts'

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
  if (json.length <= longString || !isJsonObject(value)) return canonical(value)
  const members = Object.keys(value)
    .sort()
    .map(
      (name) =>
        `${canonical(name)}:${longLiteral(value[name], name, json) ?? canonical(value[name] ?? null)}`,
    )
  return `{${members.join(',')}}`
}

function longLiteral(value: Json | undefined, name: string, json: string): string | null {
  if (typeof value !== 'string' || value.length <= longString || !value.isWellFormed()) return null
  const literal = memberText(json, [name])
  return literal !== null && hasShortEscapes(literal) ? literal : null
}

/** Whether it has no escapes but those that RFC 8785 writes too; of those by number it has but few, and in lower case. */
function hasShortEscapes(literal: string): boolean {
  for (let at = literal.indexOf('\\'); at >= 0; at = literal.indexOf('\\', at + 2))
    if (!'"\\bfnrt'.includes(literal.charAt(at + 1))) return false
  return true
}
