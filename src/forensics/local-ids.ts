import type { Json } from '../domain/json.ts'
import { placeholderIds, withPlaceholderIds } from '../domain/placeholder.ts'

/** Numbers what was redacted, in the order in which it is met: the ids of a home say nothing on another host. */
export interface LocalIds {
  text(text: string): string
  json<T extends Json>(value: T): T
}

export function localIds(): LocalIds {
  const numbers = new Map<string, string>()
  const number = (id: string) => {
    const known = numbers.get(id) ?? String(numbers.size + 1)
    numbers.set(id, known)
    return known
  }
  const text = (plain: string) => withPlaceholderIds(plain, number)
  // A placeholder has no character that JSON would escape.
  return { text, json: (value) => JSON.parse(text(JSON.stringify(value))) }
}

/** What a model can only have from placeholders: they were shown to it before it used what they stand for itself. */
export interface ShownIds {
  show(text: string): void
  /** Whether all that is redacted in an argument was shown; what was not, the model has in clear from elsewhere. */
  use(text: string): boolean
}

export function shownIds(): ShownIds {
  const shown = new Set<string>()
  const own = new Set<string>()
  return {
    show(text) {
      for (const id of placeholderIds(text)) if (!own.has(id)) shown.add(id)
    },
    use(text) {
      const ids = placeholderIds(text)
      for (const id of ids) if (!shown.has(id)) own.add(id)
      return ids.every((id) => shown.has(id))
    },
  }
}
