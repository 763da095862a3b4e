import { StringDecoder } from 'node:string_decoder'

const longestElement = 16 * 1024 * 1024

/** What is called as an array of JSON objects arrives. */
export interface ElementListener {
  /** The text of an element, to the letter, once it has ended. */
  onElement(text: string): void
  onEnd(): void
}

export interface ElementStream {
  push(chunk: Buffer): void
  /** Whether anything came that is JSON. */
  hasBegun(): boolean
}

/**
 * Reads the elements of a JSON array as they end, whatever the chunks; an object that stands alone is read as well. Only
 * objects and arrays count as elements; one that grows too long is let go.
 */
export function elementStream({ onElement, onEnd }: ElementListener): ElementStream {
  const decoder = new StringDecoder('utf8')
  /** What earlier chunks held of the element that is open. */
  let element = ''
  let depth = 0
  /** The depth at which elements lie, 1 in an array; null before anything has begun. */
  let base: number | null = null
  let isInString = false
  let isEscaped = false

  /** True for what opens an element. */
  function open(character: string): boolean {
    base ??= character === '[' ? 1 : 0
    depth += 1
    return depth === base + 1
  }

  /** True for what closes an element. */
  function close(): boolean {
    if (base === null || depth === 0) return false
    depth -= 1
    if (depth < base) onEnd()
    return depth === base
  }

  function end(last: string): void {
    const text = element + last
    element = ''
    if (text.length <= longestElement) onElement(text)
  }

  /** Where the text goes on after the string, or ends within it. */
  function passString(text: string, from: number): number {
    let at = from
    for (; at < text.length && isInString; at += 1) {
      const character = text[at]
      if (isEscaped) isEscaped = false
      else if (character === '\\') isEscaped = true
      else if (character === '"') isInString = false
    }
    return at
  }

  return {
    hasBegun: () => base !== null,
    push(chunk) {
      const text = decoder.write(chunk)
      let start = 0
      for (let at = passString(text, 0); at < text.length; at += 1) {
        const character = text.charAt(at)
        if (character === '"') {
          isInString = true
          at = passString(text, at + 1) - 1
        } else if (character === '{' || character === '[') {
          if (open(character)) start = at
        } else if (character === '}' || character === ']') {
          if (close()) end(text.slice(start, at + 1))
        }
      }
      if (base !== null && depth > base && element.length <= longestElement) element += text.slice(start)
    },
  }
}
