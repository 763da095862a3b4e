import type { Webhook } from '../../domain/schedule.ts'
import type { Delivery } from './schedule-record.ts'
import type { Clock } from './scheduler.ts'

export interface SendOptions {
  readonly clock: Pick<Clock, 'sleep'>
  readonly signal: AbortSignal
  /** The same for every attempt to tell the same thing. */
  readonly id: string
  readonly timeoutMs?: number
}

const mostAttempts = 4
const firstRestMs = 1_000
const longestRestMs = 60_000

/**
 * Posts JSON, and tries again where the other side may yet take it: no connection, no answer in time, 408, 425, 429 or 5xx.
 * Redirects are not followed: the address is a secret, and so is what it leads to. Never rejects, and nothing that it
 * returns has a part of the address.
 */
export async function sendWebhook(webhook: Webhook, body: object, options: SendOptions): Promise<Delivery> {
  const { clock, signal } = options
  for (let attempt = 1; ; attempt += 1) {
    const answer = await post(webhook, JSON.stringify(body), options)
    const isLast = answer.problem === null || !answer.isWorthRetrying || attempt >= mostAttempts
    if (isLast || signal.aborted)
      return {
        ...{ webhook: webhook.label, attempts: attempt },
        ...{ delivered: answer.problem === null, problem: answer.problem },
      }
    await clock.sleep(answer.restMs ?? firstRestMs * 4 ** (attempt - 1), signal)
  }
}

interface Answer {
  /** Null where it was taken. */
  readonly problem: string | null
  readonly isWorthRetrying: boolean
  /** As the other side asks for. */
  readonly restMs: number | null
}

const passing = new Set([408, 425, 429])

async function post({ url }: Webhook, body: string, options: SendOptions): Promise<Answer> {
  const { signal, id, timeoutMs = 10_000 } = options
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    })
    await response.body?.cancel()
    const { ok, status, headers } = response
    return {
      problem: ok ? null : `it answered ${status}`,
      isWorthRetrying: status >= 500 || passing.has(status),
      restMs: restOf(headers.get('retry-after')),
    }
  } catch (error) {
    const problem = timeout.aborted ? `no answer in ${timeoutMs / 1000} s` : reasonOf(error, signal)
    return { problem, isWorthRetrying: !signal.aborted, restMs: null }
  }
}

/** Messages of the network name the address; its codes do not. */
function reasonOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'stopped before it was told'
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
  return `no connection (${code})`
}

/** Seconds, at most a minute; dates are not waited for. */
function restOf(retryAfter: string | null): number | null {
  const seconds = Number(retryAfter ?? Number.NaN)
  return seconds > 0 ? Math.min(seconds * 1000, longestRestMs) : null
}
