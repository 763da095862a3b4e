import type { IncomingMessage } from 'node:http'
import type { Redactor } from '../../domain/redactor.ts'

const keyHeaders = ['authorization', 'proxy-authorization', 'x-api-key', 'api-key', 'x-goog-api-key']
const keyParameters = ['key', 'api_key', 'apikey', 'access_token']

/** Shorter ones would hide words. */
const shortest = 8

/** What a request proves itself with, in its headers and its address. */
export function requestKeys({ headers, url = '' }: IncomingMessage): readonly string[] {
  const query = new URLSearchParams(url.split('?').slice(1).join('?'))
  const found = [
    ...keyHeaders.flatMap((name) => headers[name] ?? []).map((value) => value.replace(/^\S+\s+/, '')),
    ...keyParameters.flatMap((name) => query.getAll(name)),
  ]
  return found.filter((key) => key.length >= shortest)
}

/** Some upstreams repeat in their errors what a request proved itself with; of a key without a form no detector knows. */
export function withoutKeys(text: string, keys: readonly string[], redactor: Redactor): string {
  return keys.reduce(
    (rest, key) =>
      rest.replaceAll(key, () => `[redacted:request-key:${redactor.fingerprint(key).slice(0, 12)}]`),
    text,
  )
}
