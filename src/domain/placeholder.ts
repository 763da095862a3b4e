/**
 * What stands in a text for a secret: `[redacted:KIND:ID]`. The id is 12 hex digits of an HMAC with the key of the home
 * that saw it; in a suite and its cassette, which go from host to host, it is a number, local to the case. Equal values
 * have equal ids, whatever their kind.
 */
const pattern = /\[redacted:([a-z0-9-]{1,32}):([0-9a-f]{12}|\d{1,6})\]/g
const local = /^\d{1,6}$/

export function isLocalId(id: string): boolean {
  return local.test(id)
}

export function placeholderIds(text: string): readonly string[] {
  return Array.from(text.matchAll(pattern), ([, , id = '']) => id)
}

export function withPlaceholderIds(text: string, rename: (id: string) => string): string {
  return text.replace(pattern, (_, kind: string, id: string) => `[redacted:${kind}:${rename(id)}]`)
}

/** The text with nothing said of what was redacted but that it was: neither what it is, nor of which kind. */
export function withEmptyPlaceholders(text: string): string {
  return text.replace(pattern, '[redacted]')
}
