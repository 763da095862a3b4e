/**
 * The text of a member within a JSON text, to the letter: parsing and writing again would change `1.0`, `\u00e9` and
 * integers beyond 2⁵³. Null where there is no such member. Of duplicate names the last one counts, as in `JSON.parse`.
 * The text must be valid JSON.
 */
export function memberText(json: string, path: readonly (string | number)[]): string | null {
  const range = memberRange(json, path)
  return range && json.slice(...range)
}

/** Where the text of a member begins and ends within a JSON text; null where there is no such member. */
export function memberRange(
  json: string,
  path: readonly (string | number)[],
): readonly [start: number, end: number] | null {
  let at = skipSpace(json, 0)
  for (const step of path) {
    const found = json[at] === (typeof step === 'number' ? '[' : '{') ? findMember(json, at, step) : null
    if (found === null) return null
    at = found
  }
  return [at, skipValue(json, at)]
}

/** The texts of an array's elements, to the letter, in one pass; none for anything else. The text must be valid JSON. */
export function elementTexts(json: string): readonly string[] {
  return elementRanges(json).map((range) => json.slice(...range))
}

/** Where they begin and end. */
export function elementRanges(json: string): readonly (readonly [start: number, end: number])[] {
  const ranges: (readonly [number, number])[] = []
  const start = skipSpace(json, 0)
  let place = json[start] === '[' ? skipSpace(json, start + 1) : json.length
  while (place < json.length && json[place] !== ']') {
    const end = skipValue(json, place)
    ranges.push([place, end])
    place = skipSpace(json, end)
    if (json[place] === ',') place = skipSpace(json, place + 1)
  }
  return ranges
}

/** The texts of an object's members by name, to the letter, in one pass; of duplicate names the last one. The text must be valid JSON. */
export function memberTexts(json: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  const start = skipSpace(json, 0)
  let place = json[start] === '{' ? skipSpace(json, start + 1) : json.length
  while (place < json.length && json[place] !== '}') {
    const end = skipString(json, place)
    const from = skipSpace(json, skipSpace(json, end) + 1)
    const to = skipValue(json, from)
    texts.set(decode(json.slice(place, end)), json.slice(from, to))
    place = skipSpace(json, to)
    if (json[place] === ',') place = skipSpace(json, place + 1)
  }
  return texts
}

/** Where the value of a member of the container at `at` begins. */
function findMember(json: string, at: number, step: string | number): number | null {
  let found: number | null = null
  let index = 0
  let place = skipSpace(json, at + 1)
  while (place < json.length && json[place] !== '}' && json[place] !== ']') {
    let isWanted = index === step
    if (typeof step === 'string') {
      const end = skipString(json, place)
      isWanted = decode(json.slice(place, end)) === step
      place = skipSpace(json, skipSpace(json, end) + 1)
    }
    if (isWanted) found = place
    place = skipSpace(json, skipValue(json, place))
    if (json[place] === ',') place = skipSpace(json, place + 1)
    index += 1
  }
  return found
}

function skipValue(json: string, at: number): number {
  if (json[at] === '"') return skipString(json, at)
  if (json[at] !== '{' && json[at] !== '[') return skipScalar(json, at)
  let depth = 0
  let place = at
  do {
    const character = json[place]
    if (character === '"') {
      place = skipString(json, place)
      continue
    }
    if (character === '{' || character === '[') depth += 1
    if (character === '}' || character === ']') depth -= 1
    place += 1
  } while (depth > 0 && place < json.length)
  return place
}

function skipString(json: string, at: number): number {
  let quote = json.indexOf('"', at + 1)
  while (quote >= 0 && isEscaped(json, quote)) quote = json.indexOf('"', quote + 1)
  return quote < 0 ? json.length : quote + 1
}

const backslash = 0x5c

function isEscaped(json: string, quote: number): boolean {
  let place = quote
  while (json.charCodeAt(place - 1) === backslash) place -= 1
  return (quote - place) % 2 === 1
}

function skipScalar(json: string, at: number): number {
  let place = at
  while (place < json.length && !',]} \t\r\n'.includes(json.charAt(place))) place += 1
  return place
}

function skipSpace(json: string, at: number): number {
  let place = at
  while (place < json.length && ' \t\r\n'.includes(json.charAt(place))) place += 1
  return place
}

function decode(literal: string): string {
  return literal.includes('\\') ? JSON.parse(literal) : literal.slice(1, -1)
}
