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

/**
 * Whether a recorded text is the wanted one: null where something redacted hides it. Placeholders are keyed by what they
 * replace; where a secret is wanted, a text in which none was found is another one.
 */
export function sameText(wanted: string, text: string): boolean | null {
  if (wanted === text || withoutKinds(wanted) === withoutKinds(text)) return true
  const [hmac, otherHmac] = [wanted, text].map((each) => wholePlaceholder.exec(each)?.[1])
  if (hmac !== undefined && otherHmac !== undefined) return hmac === otherHmac
  if (hmac !== undefined && !isRedacted(text)) return false
  return isRedacted(wanted) || isRedacted(text) ? null : false
}

/** One secret may have been found as of another kind: the id alone says which it is. */
function withoutKinds(text: string): string {
  return isRedacted(text)
    ? text.replace(placeholder, (each) => each.replace(/:(?!not-kept:)[^:]*:/u, ':'))
    : text
}

export function isRedacted(text: string): boolean {
  return text.includes('[redacted:')
}
