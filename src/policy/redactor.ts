import { createHmac } from 'node:crypto'
import { readJson } from '../domain/json.ts'
import { type KeyedHash, keyedHash } from '../domain/keyed-hash.ts'
import { noRules, type RedactionRules, type Redactor } from '../domain/redactor.ts'
import { configuredRules } from './redaction/configured-rules.ts'
import { findSecrets, suspiciousPlaces } from './redaction/find-secrets.ts'
import { jsonRules, type Replace } from './redaction/json-rules.ts'
import { percentDecoded } from './redaction/percent-encoding.ts'
import { rewriteJson } from './redaction/rewrite-json.ts'

/**
 * A redactor with the home's key (32 random bytes). Text in which one pass of the prefilter finds nothing suspicious is
 * returned as it is, the same string. Never throws: what is said to be JSON and is not is scanned as free text.
 *
 * A placeholder holds the first 12 hex digits of HMAC-SHA-256 over the secret alone, so that a secret joins across texts
 * and kinds; its key and that of fingerprints are derived from the home's, so that neither says anything of the other.
 */
export function createRedactor(key: Buffer, rules: RedactionRules = noRules): Redactor {
  const hashSecret = derived(key, 'calltrail placeholder v1')
  const fingerprint = derived(key, 'calltrail fingerprint v1')
  const replace = (kind: string, secret: string) => `[redacted:${kind}:${hashSecret(secret).slice(0, 12)}]`
  const text = (plain: string) => redactText(plain, replace)
  const json = (source: string): string => {
    const places = suspiciousPlaces(source)
    if (places.length === 0) return source
    return readJson(source) !== undefined
      ? rewriteJson(source, places, jsonRules(string, replace))
      : text(source)
  }
  // A string may hold JSON of its own: a tool's result, a model's arguments.
  const string = (plain: string): string => (/^\s*["{[]/.test(plain) ? json(plain) : text(plain))
  const configured = configuredRules(rules, replace)
  const allJson = configured ? (source: string) => configured.json(json(source)) : json
  const allText = configured ? (plain: string) => configured.text(text(plain)) : text
  return {
    json: (source) => settle(allJson, source),
    text: (plain) => settle(allText, plain),
    fingerprint,
  }
}

/** What stands percent-encoded is looked for once nothing else is left; its placeholder is that of the secret as it reads. */
function redactText(plain: string, replace: Replace): string {
  const found = findSecrets(plain)
  const decoded = found.length > 0 ? null : percentDecoded(plain)
  const { text, placeBefore } = decoded ?? { text: plain, placeBefore: (place: number) => place }
  let redacted = ''
  let copied = 0
  for (const { start, end, kind } of decoded ? findSecrets(text) : found) {
    redacted += plain.slice(copied, placeBefore(start)) + replace(kind, text.slice(start, end))
    copied = placeBefore(end)
  }
  return copied === 0 ? plain : redacted + plain.slice(copied)
}

/** Repeats until nothing changes: a secret taken out may lay bare another. Two rounds are usual; the bound is a safeguard. */
function settle(redact: (text: string) => string, text: string): string {
  let redacted = text
  for (let round = 0; round < 10; round++) {
    const before = redacted
    redacted = redact(before)
    if (redacted === before) break
  }
  return redacted
}

function derived(key: Buffer, purpose: string): KeyedHash {
  return keyedHash(createHmac('sha256', key).update(purpose).digest())
}
