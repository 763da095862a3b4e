import canonicalize from 'canonicalize'
import type { Json } from '../domain/json.ts'

/** RFC 8785. A `RangeError` for what is nested too deep. */
export function canonical(value: Json): string {
  return canonicalize(value) ?? 'null'
}
