import type { SpanRow } from '../store/queries.ts'

/** What the redactor writes instead of a secret: what it was, and by what equal ones are known. */
export const redaction = /\[redacted:([a-z0-9-]{1,32}):([0-9a-f]{12})\]/g

/** How many different values were taken out of what a chain said, by kind. */
export function redactionsIn(spans: readonly SpanRow[]): ReadonlyMap<string, number> {
  const values = new Map<string, Set<string>>()
  for (const { input, output, message } of spans)
    for (const text of [input, output, message ?? ''])
      for (const [, kind = '', value = ''] of text.matchAll(redaction))
        values.set(kind, (values.get(kind) ?? new Set()).add(value))
  return new Map(Array.from(values, ([kind, { size }]) => [kind, size]))
}
