import type { IncomingMessage, ServerResponse } from 'node:http'
import { longestTimerMs } from '../../domain/time-limit.ts'

/**
 * Breaks a stream that a client only listens to (GET, `subscriptions/listen`) once its token would be taken no more: it comes
 * back with another, or is told why not. What was asked while the token was good is answered.
 */
export function endAtExpiry(outgoing: ServerResponse, expiresAtMs: number | null): void {
  if (expiresAtMs === null) return
  let timer: NodeJS.Timeout
  const wait = () => {
    const leftMs = expiresAtMs - Date.now()
    if (leftMs <= 0) outgoing.destroy()
    else timer = setTimeout(wait, Math.min(leftMs, longestTimerMs)).unref()
  }
  wait()
  outgoing.once('close', () => clearTimeout(timer))
}

export const listen = 'subscriptions/listen'

/** As far as it says so before its body, which is for those to see who read it. */
export function isListening({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' || headers['mcp-method'] === listen
}
