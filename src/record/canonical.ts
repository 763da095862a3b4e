import canonicalize from 'canonicalize'
import type { Json } from '../domain/json.ts'

/** RFC 8785. A `RangeError` for what has no form in it: what is nested too deep, and numbers beyond every double. */
export function canonical(value: Json): string {
  try {
    return canonicalize(value) ?? 'null'
  } catch (error) {
    throw error instanceof RangeError ? error : new RangeError('no canonical form', { cause: error })
  }
}
