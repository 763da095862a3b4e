export interface Member {
  /** The literal, quotes included. */
  readonly name: string
  /** The first character of the value: tells a string from a container from a number, without reading it. */
  readonly first: string
  /** Reads the raw value, to its end. */
  readonly read: () => string
  /** The note on the noted value around this member. */
  readonly note: string | null
  /** The literal under `name` or `key` right before this member: `{"name": "DB_PASSWORD", "value": …}`. */
  readonly sibling: string | null
}

/** What to write instead of a piece of raw JSON; null keeps it to the letter. */
export interface JsonRules {
  /** A string literal, quotes included: a member's name or a value. */
  literal(raw: string): string | null
  /** A replacement for the member's value, or a note for the members inside it. */
  member(member: Member): { readonly value: string } | { readonly note: string } | null
}

const structural = /["{}[\]]/g
const scalarEnd = /[\s,}\]]|$/g

/**
 * Rewrites parts of valid JSON text and copies the rest byte for byte: numbers, escapes, spaces and the order of keys stay.
 * Works on tokens, without recursion: in valid JSON, a string that a colon follows is a name. Only literals that hold one
 * of `places` (ascending) are looked at, and what such a literal or a note puts in doubt.
 */
export function rewriteJson(json: string, places: readonly number[], rules: JsonRules): string {
  const pieces: string[] = []
  let copied = 0
  let place = 0
  let noted = { note: '', end: 0 }
  let sibling: string | null = null
  let name = ''
  const replace = (start: number, end: number, replacement: string) => {
    pieces.push(json.slice(copied, start), replacement)
    copied = end
  }
  for (let start = json.indexOf('"'), next = 0; start >= 0; start = json.indexOf('"', next)) {
    next = literalEnd(json, start)
    while ((places[place] ?? json.length) < start) place++
    const isSuspect = (places[place] ?? json.length) < next
    const literal = json.slice(start, next)
    const rewritten = isSuspect ? rules.literal(literal) : null
    if (rewritten !== null) replace(start, next, rewritten)
    const colon = skipSpace(json, next)
    if (json[colon] !== ':') {
      sibling = isSuspect && (name === '"name"' || name === '"key"') ? literal : null
      continue
    }
    name = literal
    const note = start < noted.end ? noted.note : null
    if (!isSuspect && sibling === null && note === null) continue
    next = skipSpace(json, colon + 1)
    const from = next
    const end = lazily(() => endOfValue(json, from))
    const read = () => json.slice(from, end())
    const verdict = rules.member({ name, first: json.charAt(from), read, note, sibling })
    sibling = null
    if (verdict === null) continue
    if ('note' in verdict) noted = { note: verdict.note, end: end() }
    else {
      replace(from, end(), verdict.value)
      next = end()
    }
  }
  return pieces.length === 0 ? json : pieces.join('') + json.slice(copied)
}

function lazily<T>(compute: () => T): () => T {
  let known: { readonly value: T } | null = null
  return () => {
    known ??= { value: compute() }
    return known.value
  }
}

/** The index after the closing quote: the next quote with an even number of backslashes before it. */
export function literalEnd(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); quote >= 0; quote = json.indexOf('"', quote + 1)) {
    let before = quote - 1
    while (json[before] === '\\') before--
    if ((quote - before) % 2 === 1) return quote + 1
  }
  return json.length
}

function skipSpace(json: string, from: number): number {
  let at = from
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at++
  return at
}

function endOfValue(json: string, start: number): number {
  if (json[start] === '"') return literalEnd(json, start)
  if (json[start] !== '{' && json[start] !== '[') {
    scalarEnd.lastIndex = start
    return scalarEnd.exec(json)?.index ?? json.length
  }
  let depth = 0
  structural.lastIndex = start
  for (let token = structural.exec(json); token !== null; token = structural.exec(json)) {
    if (token[0] === '"') structural.lastIndex = literalEnd(json, token.index)
    else depth += token[0] === '{' || token[0] === '[' ? 1 : -1
    if (depth === 0) return structural.lastIndex
  }
  return json.length
}
