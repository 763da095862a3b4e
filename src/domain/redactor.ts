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
