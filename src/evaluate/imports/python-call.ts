import type { Json, JsonObject } from '../../domain/json.ts'

export interface PythonCall {
  readonly name: string
  readonly args: JsonObject
}

/**
 * A call as Python source, `f(1, b='x', c=[True, None])`: literals alone, positional ones under the names that `parameters`
 * gives. Null for anything else.
 */
export function readPythonCall(
  source: string,
  parameters: (name: string) => readonly string[],
): PythonCall | null {
  const [, name = '', inner] = /^\s*([\w.]+)\(([\s\S]*)\)\s*$/.exec(source) ?? []
  if (inner === undefined) return null
  const reader = new LiteralReader(inner)
  const args: Record<string, Json> = {}
  const names = parameters(name)
  for (let place = 0; !reader.isAtEnd(); place++) {
    const key = reader.take(/([A-Za-z_]\w*)\s*=(?!=)/y)?.[1] ?? names[place]
    const value = reader.value()
    if (key === undefined || value === undefined) return null
    args[key] = value
    if (!reader.take(/,/y) && !reader.isAtEnd()) return null
  }
  return { name, args }
}

const string = /(?:'((?:[^'\\]|\\[\s\S])*)'|"((?:[^"\\]|\\[\s\S])*)")/y
const words: Readonly<Record<string, Json>> = { True: true, False: false, None: null }
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' }

class LiteralReader {
  readonly #source: string
  #at = 0

  constructor(source: string) {
    this.#source = source
  }

  isAtEnd(): boolean {
    return this.#source.slice(this.#at).trim() === ''
  }

  /** What the pattern finds here, white space before it aside. */
  take(pattern: RegExp): RegExpExecArray | null {
    while (/\s/.test(this.#source.charAt(this.#at))) this.#at += 1
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found) this.#at = pattern.lastIndex
    return found
  }

  /** Undefined for what is no literal. */
  value(): Json | undefined {
    const text = this.take(string)
    if (text)
      return (text[1] ?? text[2] ?? '').replace(/\\([\s\S])/g, (_, each: string) => escapes[each] ?? each)
    const word = this.take(/(?:True|False|None)\b/y)
    if (word) return words[word[0]] ?? null
    const number = this.take(/[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y)
    if (number) return Number(number[0])
    if (this.take(/[[(]/y)) return this.#list()
    return this.take(/\{/y) ? this.#dict() : undefined
  }

  #list(): Json | undefined {
    const values: Json[] = []
    while (!this.take(/[\])]/y)) {
      const value = this.value()
      if (value === undefined) return undefined
      values.push(value)
      this.take(/,/y)
    }
    return values
  }

  #dict(): Json | undefined {
    const members: [string, Json][] = []
    while (!this.take(/\}/y)) {
      const key = this.value()
      const value = this.take(/:/y) ? this.value() : undefined
      if (key === undefined || value === undefined) return undefined
      members.push([String(key), value])
      this.take(/,/y)
    }
    return Object.fromEntries(members)
  }
}
