/** A text as it reads once its escapes are undone. */
export interface Decoded {
  readonly text: string
  /** The place in the text as it came at which one in the decoded text stands. */
  readonly placeBefore: (place: number) => number
}

/** Encoded again, as an address within an address is: `%253D`. */
const escapes = /%(?:25){0,4}([0-7][0-9A-Fa-f])/g

/** With its percent-encoded ASCII characters (RFC 3986, 2.1) as they read; null for a text without any. */
export function percentDecoded(text: string): Decoded | null {
  if (!text.includes('%')) return null
  /** Where the escapes stand in the decoded text, and by how much it is shorter after each. */
  const places: number[] = []
  const shorter: number[] = [0]
  const decoded = text.replace(escapes, (written: string, code: string, at: number) => {
    const before = shorter.at(-1) ?? 0
    places.push(at - before)
    shorter.push(before + written.length - 1)
    return String.fromCharCode(Number.parseInt(code, 16))
  })
  if (places.length === 0) return null
  return { text: decoded, placeBefore: (place) => place + (shorter[countBelow(places, place)] ?? 0) }
}

/** How many of the ascending numbers are less. */
function countBelow(numbers: readonly number[], bound: number): number {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((numbers[middle] ?? 0) < bound) low = middle + 1
    else high = middle
  }
  return low
}
