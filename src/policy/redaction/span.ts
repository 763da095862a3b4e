/** A secret in a text; offsets in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly kind: string
}
