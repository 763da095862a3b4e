/**
 * Takes secrets out before anything is written. Each is replaced by `[redacted:KIND:HMAC]`, keyed with the home's
 * key, so that equal values still join and nothing else can be learned. Text without a secret comes back identical.
 */
export interface Redactor {
  /** JSON text; its string leaves are scanned, and values under secret-sounding keys replaced. Still JSON. */
  json(text: string): string
  /** Free text. */
  text(text: string): string
  /** HMAC-SHA-256 with the home's key, in hex: joins equal values (arguments, results) without storing them. */
  fingerprint(text: string): string
}

export const personalKinds = ['payment-card', 'iban', 'email', 'phone'] as const

/** What a user counts as secret besides what the detectors and key names know. */
export interface RedactionRules {
  readonly patterns: readonly SecretPattern[]
  readonly detect: readonly (typeof personalKinds)[number][]
  /** Whose values are secret, as `ssn` or `tax id`; of longer names, the last words. */
  readonly names: readonly string[]
}

export const noRules: RedactionRules = { patterns: [], detect: [], names: [] }

/** A user's pattern, on an engine whose time is linear in the text. It never matches the empty text. */
export interface SecretPattern {
  readonly kind: string
  /** Whether it looks for the ends of a text or a line, and so says nothing of a text around it. */
  readonly isAnchored: boolean
  test(text: string): boolean
  /** Start and end of each match, ascending, in UTF-16 units. */
  find(text: string): Iterable<readonly [start: number, end: number]>
}
