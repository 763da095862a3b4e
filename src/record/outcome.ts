import type { Outcome } from '../domain/entry.ts'
import type { Redactor } from '../domain/redactor.ts'
import { describeError } from '../errors.ts'

const messageLength = 500

export const okOutcome: Outcome = { layer: 'ok', code: null, message: null }

export const malformedOutcome: Outcome = {
  layer: 'malformed',
  code: null,
  message: 'the answer is no JSON-RPC message',
}

/** What the tool says that went wrong, by the text of its result. */
export function toolErrorOutcome(text: string, redactor: Redactor): Outcome {
  return { layer: 'tool', code: null, message: shorten(text, redactor) }
}

export function cancelledOutcome(reason: string | null, redactor: Redactor): Outcome {
  return { layer: 'cancelled', code: null, message: reason === null ? null : shorten(reason, redactor) }
}

/** A status of 400 or more, with what the body says. */
export function httpOutcome(status: number, text: string, redactor: Redactor): Outcome {
  return { layer: 'http', code: status, message: text === '' ? null : shorten(text, redactor) }
}

export function rpcErrorOutcome(code: number | null, message: string, redactor: Redactor): Outcome {
  return { layer: 'json-rpc', code, message: shorten(message, redactor) }
}

/** What a call was ended by when it threw: its own signal, or whatever lies between here and the other side. */
export function thrownOutcome(error: unknown, signal: AbortSignal, redactor: Redactor): Outcome {
  if (signal.aborted) return cancelledOutcome(describeError(error), redactor)
  return { layer: 'transport', code: null, message: shorten(describeError(error), redactor) }
}

/** Redacts before it cuts: of half a secret no detector knows anything, and half a placeholder joins nothing. */
function shorten(text: string, redactor: Redactor): string {
  const redacted = redactor.text(text)
  if (redacted.length <= messageLength) return redacted
  const kept = redacted.slice(0, messageLength)
  const [rest = ''] = /^[a-z0-9:-]{0,64}\]/.exec(redacted.slice(messageLength, messageLength + 65)) ?? []
  return `${kept}${/\[redacted:[a-z0-9:-]*$/.test(kept) ? rest : ''}…`
}
