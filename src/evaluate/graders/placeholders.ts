const placeholder = /\[redacted:[^\]]*\]/gu
/** A text, or its JSON, that is one placeholder as a whole; its HMAC. */
const wholePlaceholder = /^"?\[redacted:(?!not-kept:)[^:\]]+:([^\]]+)\]"?$/u

/** Stands for what cannot be seen; no text that a person writes contains it. */
const hole = '\uFFFC'

/** Reads as redacted: a body that was cut, or erased since. */
export function notKept(digest: string): string {
  return `[redacted:not-kept:${digest}]`
}

/** The text with its redacted parts taken out, so that nothing matches inside `[redacted:…]`. */
export function withoutPlaceholders(text: string): string {
  return text.replace(placeholder, hole)
}

/** Whether two texts are the same: null where something redacted hides it. Placeholders are keyed by what they replace. */
export function sameText(left: string, right: string): boolean | null {
  if (left === right) return true
  const [hmac, otherHmac] = [left, right].map((text) => wholePlaceholder.exec(text)?.[1])
  if (hmac !== undefined && otherHmac !== undefined) return hmac === otherHmac
  return isRedacted(left) || isRedacted(right) ? null : false
}

export function isRedacted(text: string): boolean {
  return text.includes('[redacted:')
}
