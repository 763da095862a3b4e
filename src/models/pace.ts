import { setTimeout } from 'node:timers/promises'
import type { Model } from '../domain/model.ts'
import { type RateLimit, readRateLimit } from './rate-limit-headers.ts'

/** How fast one provider is asked, with one key, by all models of this process. */
export interface Pace {
  readonly fetch: typeof fetch
  /** Waits for one of the places that the provider bears at once. */
  slot<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T>
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
  return { ...model, generate: (request, signal) => pace.slot(signal, () => model.generate(request, signal)) }
}

// A timer takes no longer time.
const longestMs = 2 ** 31 - 1

// Refused for their number; 529 is Anthropic's "overloaded".
const isRefused = (status: number) => status === 429 || status === 503 || status === 529

/**
 * Nothing is sent before the provider takes it again, by what its headers say; and after it has refused, half as many
 * requests are under way at once, then one more for each round that goes well (as TCP does).
 */
export function createPace(send: typeof fetch): Pace {
  let places = Number.POSITIVE_INFINITY
  let under = 0
  const waiting: (() => void)[] = []
  let openAtMs = 0
  let left = Number.POSITIVE_INFINITY
  let leftUntilMs = 0

  function heed({ waitMs, remaining, resetMs }: RateLimit, status: number): void {
    const nowMs = Date.now()
    openAtMs = Math.max(openAtMs, nowMs + waitMs)
    if (remaining !== null) {
      left = remaining
      leftUntilMs = nowMs + resetMs
    }
    if (isRefused(status)) places = Math.max(1, Math.floor(Math.min(places, under) / 2))
    else if (status < 400) places += 1 / places
  }

  async function untilOpen(signal: AbortSignal | null): Promise<void> {
    for (;;) {
      const nowMs = Date.now()
      if (nowMs >= leftUntilMs) left = Number.POSITIVE_INFINITY
      const openMs = left > 0 ? openAtMs : Math.max(openAtMs, leftUntilMs)
      if (nowMs >= openMs) break
      await setTimeout(Math.min(openMs - nowMs + 1, longestMs), undefined, signal ? { signal } : {})
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

  return {
    async fetch(input, init) {
      await untilOpen(init?.signal ?? null)
      const response = await send(input, init)
      heed(readRateLimit(response.headers, Date.now()), response.status)
      return response
    },
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
