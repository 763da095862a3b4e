import { setTimeout } from 'node:timers/promises'
import type { Model } from '../domain/model.ts'
import { longestTimerMs } from '../domain/time-limit.ts'
import { longestRestMs } from './backoff.ts'
import { type RateLimit, readRateLimit } from './rate-limit-headers.ts'

/** How fast one provider is asked, with one key, by all models of this process. */
export interface Pace {
  /**
   * Asks again, so many times, where the provider may yet answer: no connection, 408, 409, 429 and 5xx, unless
   * `x-should-retry` says otherwise. Never before the provider takes it, and by chance later.
   */
  fetch(maxRetries?: number): typeof fetch
  /** Waits for one of the places that the provider bears at once. */
  slot<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T>
}

/** Time, and chance. */
export interface PaceClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Rejects when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal | null): Promise<void>
  /** From 0 to 1; of each process its own, for the shards of a run ask the same and are refused together. */
  draw(): number
}

export const clockOfSystem: PaceClock = {
  now: () => Date.now(),
  sleep: (ms, signal) => setTimeout(Math.min(ms, longestTimerMs), undefined, signal ? { signal } : {}),
  draw: Math.random,
}

const paces = new Map<string, Pace>()

/** The pace of this address and key. */
export function paceOf(address: string, key: string, send: typeof fetch): Pace {
  const name = JSON.stringify([address, key])
  const pace = paces.get(name) ?? createPace(send)
  paces.set(name, pace)
  return pace
}

/** Each request of the model takes a place, retries and all. */
export function pacedModel(model: Model, pace: Pace): Model {
  return {
    ...model,
    generate: (request, signal) => pace.slot(signal, () => model.generate(request, signal)),
  }
}

// Refused for their number; 529 is Anthropic's "overloaded".
const isRefused = (status: number) => status === 429 || status === 503 || status === 529

function isWorthRetrying({ ok, status, headers }: Response): boolean {
  if (ok) return false
  const told = headers.get('x-should-retry')
  if (told === 'true' || told === 'false') return told === 'true'
  return status === 408 || status === 409 || status === 429 || status >= 500
}

/**
 * Nothing is sent before the provider takes it again, by what its headers say, and those who wait for the same moment come
 * one by one after it; and after it has refused, half as many
 * requests are under way at once, then one more for each round that goes well (as TCP does).
 */
export function createPace(send: typeof fetch, clock = clockOfSystem): Pace {
  let places = Number.POSITIVE_INFINITY
  let under = 0
  const waiting: (() => void)[] = []
  let openAtMs = 0
  let toldMs = 0
  let left = Number.POSITIVE_INFINITY
  let leftUntilMs = 0

  function heed({ waitMs, remaining, resetMs }: RateLimit, status: number): void {
    const nowMs = clock.now()
    openAtMs = Math.max(openAtMs, nowMs + waitMs)
    toldMs = waitMs
    if (remaining !== null) {
      left = remaining
      leftUntilMs = nowMs + resetMs
    }
    if (isRefused(status)) places = Math.max(1, Math.floor(Math.min(places, under) / 2))
    else if (status < 400) places += 1 / places
  }

  async function untilOpen(signal: AbortSignal | null, attempt: number): Promise<void> {
    for (let isRested = attempt === 0; ; isRested = true) {
      const nowMs = clock.now()
      if (nowMs >= leftUntilMs) left = Number.POSITIVE_INFINITY
      const openMs = left > 0 ? openAtMs : Math.max(openAtMs, leftUntilMs)
      if (nowMs >= openMs && isRested) break
      const closedMs = Math.max(0, openMs - nowMs)
      const restMs = longestRestMs({ attempt, toldMs: toldMs || closedMs }) * clock.draw()
      await clock.sleep(closedMs + restMs + 1, signal)
    }
    left -= 1
  }

  function leave(): void {
    under -= 1
    while (waiting.length > 0 && under < places) {
      under += 1
      waiting.shift()?.()
    }
  }

  async function ask(maxRetries: number, input: Parameters<typeof fetch>[0], init: RequestInit = {}) {
    const { signal = null } = init
    for (let attempt = 0; ; attempt += 1) {
      await untilOpen(signal, attempt)
      const isLast = attempt >= maxRetries
      try {
        const response = await send(input, init)
        heed(readRateLimit(response.headers, clock.now()), response.status)
        if (isLast || !isWorthRetrying(response)) return response
        await response.body?.cancel()
      } catch (error) {
        if (isLast || signal?.aborted) throw error
      }
    }
  }

  return {
    fetch:
      (maxRetries = 0) =>
      (input, init) =>
        ask(maxRetries, input, init),
    async slot(signal, ask) {
      signal.throwIfAborted()
      if (under < places) under += 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        signal.throwIfAborted()
        return await ask()
      } finally {
        leave()
      }
    },
  }
}
