import type { Evidence } from '../domain/entry.ts'
import type { Payload } from '../domain/journal.ts'
import { isJsonObject, type Json, type JsonObject } from '../domain/json.ts'
import type { Redactor } from '../domain/redactor.ts'
import { canonical, canonicalOf } from './canonical.ts'
import { coerceToSchema } from './coerce-to-schema.ts'
import { textEvidence } from './conversation-evidence.ts'

/** As they were read, and as they were written, where that is known. */
export interface GivenArguments {
  readonly given: Json
  readonly payload?: Payload | undefined
}

/**
 * By what arguments are found again elsewhere: their hash, and that of what a client makes of them that converts to the
 * schema. Those nested too deep to be hashed are recorded without: nothing may hide a call.
 */
export function argumentsEvidence(
  { given, payload }: GivenArguments,
  redactor: Redactor,
  schema?: JsonObject,
): Evidence {
  try {
    const isWritten = payload !== undefined && 'json' in payload
    const text = isWritten ? canonicalOf(given, payload.json) : canonical(given)
    const argumentsHash = redactor.fingerprint(text)
    const coerced = schema ? coerceToSchema(given, schema) : given
    if (coerced === given) return { argumentsHash }
    return { argumentsHash, coercedArgumentsHash: redactor.fingerprint(canonical(coerced)) }
  } catch (error) {
    if (error instanceof RangeError) return {}
    throw error
  }
}

/** What the arguments of a decision tell: of its call, and of what that may cause. */
export function decisionEvidence(decided: GivenArguments, redactor: Redactor, schema?: JsonObject): Evidence {
  return {
    ...argumentsEvidence(decided, redactor, schema),
    ...textEvidence(decided.given, redactor),
    ...innerEvidence(decided.given, redactor),
  }
}

/** Some clients hide tools behind one that calls them: what reaches the server is the inner call. */
function innerEvidence(given: Json, redactor: Redactor): Evidence {
  const { name, arguments: inner } = isJsonObject(given) ? given : {}
  if (typeof name !== 'string' || name === '' || !isJsonObject(inner)) return {}
  const { argumentsHash } = argumentsEvidence({ given: inner }, redactor)
  return argumentsHash === undefined ? {} : { innerTool: name, innerArgumentsHash: argumentsHash }
}
