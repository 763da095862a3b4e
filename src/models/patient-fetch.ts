import { Agent, fetch } from 'undici'

// Far above the longest answer, an event for each of its tokens.
const maxResponseSize = 128 * 1024 * 1024

// Node's own fetch gives up after five silent minutes, sooner than a model that reasons for long.
const dispatcher = new Agent({ headersTimeout: 0, bodyTimeout: 600_000, maxResponseSize })

/**
 * `fetch` that waits: how long for headers is the SDK's decision; ten minutes of silence end a body, and so do 128 MiB of
 * it. Takes what the SDKs give: an address, and text to send.
 */
export const patientFetch: typeof globalThis.fetch = (input, init = {}) => {
  const url = input instanceof Request ? input.url : input
  return fetch(url, {
    method: init.method ?? 'GET',
    headers: [...new Headers(init.headers)],
    body: typeof init.body === 'string' ? init.body : null,
    signal: init.signal ?? null,
    dispatcher,
  })
}
