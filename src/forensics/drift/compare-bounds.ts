import type { JsonObject } from '../../domain/json.ts'
import type { SchemaChange } from './schema-change.ts'

const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const

/** A bound that moved out, or is gone, admits more. */
export function compareBounds(before: JsonObject, after: JsonObject, path: string): readonly SchemaChange[] {
  const compare = (key: string, sign: 1 | -1): readonly SchemaChange[] => {
    const [old, now] = [numberIn(before, key), numberIn(after, key)]
    if (old === now) return []
    const isWider = now === null || (old !== null && (now - old) * sign > 0)
    const words = `${key} ${old ?? 'none'} → ${now ?? 'none'}`
    return [{ path, effect: isWider ? 'wider' : 'narrower', words }]
  }
  return [...lower.flatMap((key) => compare(key, -1)), ...upper.flatMap((key) => compare(key, 1))]
}

function numberIn(schema: JsonObject, key: string): number | null {
  const value = schema[key]
  return typeof value === 'number' ? value : null
}
