import type { Outcome } from '../../domain/entry.ts'
import { attribute, errorType } from './semantic-conventions.ts'
import { type Attributes, known, type SpanData } from './span-data.ts'

interface Failure {
  readonly failure: SpanData['failure']
  readonly attributes: Attributes
}

/**
 * How a call ended, in the terms of a span. The words of a server, a provider or a client are content, which leaves only
 * where that is allowed; those of the connection are our own, and always do, redacted like everything.
 */
export function failureOf(outcome: Outcome | null, mayTell: boolean): Failure {
  if (outcome?.layer === 'ok') return { failure: null, attributes: {} }
  const isOwn = outcome?.layer === 'transport' || outcome?.layer === 'malformed'
  const message = isOwn || mayTell ? (outcome?.message ?? null) : null
  const isRpc = outcome?.layer === 'json-rpc' && outcome.code !== null
  return {
    failure: { message },
    attributes: known({
      [attribute.errorType]: errorTypeOf(outcome),
      [attribute.statusCode]: isRpc ? String(outcome.code) : null,
    }),
  }
}

function errorTypeOf(outcome: Outcome | null): string {
  if (outcome === null) return errorType.noAnswer
  if (outcome.layer === 'tool') return errorType.tool
  return outcome.code === null ? outcome.layer : String(outcome.code)
}
