import { errors } from 'undici'
import { InfrastructureError } from '../errors.ts'

/**
 * Asks a provider through its SDK. Rejects with the reason of `signal` as soon as that aborts, also while the SDK
 * sleeps before a retry, and with an `InfrastructureError` for everything else that went wrong. Its codes:
 * `rate_limited`, `provider_unavailable`, `provider_refused_key`, `provider_rejected` (the request),
 * `provider_unreadable` and `provider_cut_off` (the response), and two that tell of model and exposure:
 * `context_overflow` and `content_filter`.
 */
export async function askProvider<T>(
  provider: string,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  // A signal of its own: the SDKs leave listeners behind, and the caller's may live for a whole run.
  const own = new AbortController()
  let onAbort = () => {}
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      own.abort(signal.reason)
      reject(signal.reason)
    }
  })
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([ask(own.signal), aborted])
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw error instanceof InfrastructureError ? error : providerError(provider, error)
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

export function unreadable(provider: string, what: string, cause?: Error): InfrastructureError {
  return new InfrastructureError('provider_unreadable', `${provider} answered with ${what}`, { cause })
}

/** What a provider says went wrong inside an answer that it had begun. */
export function toldFailure(
  provider: string,
  { code, message }: { readonly code: string | null; readonly message: string },
): InfrastructureError {
  return new InfrastructureError(codeOf({ code }, message), `${provider}: ${message}`)
}

/** Nothing in it is an event: a page of a proxy, or another API. */
export function noEvents(provider: string, { headers }: Response): InfrastructureError {
  const type = headers.get('content-type') ?? 'no content type'
  return type.includes('text/event-stream') ? cutOff(provider) : unreadable(provider, `${type}, not events`)
}

/** A response that ended before the answer did: what came so far is no answer. */
export function cutOff(provider: string, cause?: Error): InfrastructureError {
  const message = `${provider} ended its stream before the answer was complete`
  return new InfrastructureError('provider_cut_off', message, { cause })
}

/** What the errors of both SDKs have in common; a stream's error event has no status. */
interface SdkError extends Error {
  readonly status?: number
  readonly code?: string | null
  readonly type?: string | null
  /** Anthropic's, without the JSON around it. */
  readonly apiMessage?: string | null
}

function providerError(provider: string, thrown: unknown): InfrastructureError {
  const error: SdkError = thrown instanceof Error ? thrown : new Error(String(thrown))
  const { cause } = error
  if (error.status !== undefined || error.type || error.code) {
    const message = error.apiMessage ?? error.message
    return new InfrastructureError(codeOf(error, message), `${provider}: ${message}`, { cause })
  }
  if (cause instanceof errors.ResponseExceededMaxSizeError)
    return unreadable(provider, 'more than any answer has', error)
  // What no SDK made an error of its own of failed in a response that had begun. A connection that fails has a cause;
  // without one, the response was not what its format says.
  if (error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError)
    return cause === undefined ? unreadable(provider, 'what cannot be read', error) : cutOff(provider, error)
  return new InfrastructureError('provider_unavailable', `the connection to ${provider} failed`, {
    cause: error,
  })
}

/** OpenAI's and Azure's for what they will not have in a prompt. */
const filterCodes = new Set(['content_filter', 'content_policy_violation', 'invalid_prompt'])

function codeOf({ status, code, type }: Partial<SdkError>, message: string): string {
  if (code === 'context_length_exceeded' || status === 413 || type === 'request_too_large')
    return 'context_overflow'
  if (code !== undefined && code !== null && filterCodes.has(code)) return 'content_filter'
  // Anthropic and most local servers give these 400s no code of their own.
  if (status === 400 && /prompt is too long|context (length|window|size|limit)/i.test(message))
    return 'context_overflow'
  if (status === 400 && /content (filter|management)/i.test(message)) return 'content_filter'
  if (status === 401 || status === 403) return 'provider_refused_key'
  if (status === 429 || type === 'rate_limit_error' || code === 'rate_limit_exceeded') return 'rate_limited'
  if (status !== undefined && status < 500 && status !== 408 && status !== 409) return 'provider_rejected'
  return 'provider_unavailable'
}
