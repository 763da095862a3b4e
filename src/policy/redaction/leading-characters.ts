/** Any character, folded. */
const all: readonly number[] = Array.from({ length: 32 }, (_, index) => index)
const atomAt = /\[(?:\\.|[^\]\\])*\]|\\u[0-9a-f]{4}|\\.|./isy
const quantifierAt = /\?|\*|\+|\{(\d+)(?:,(\d*))?\}/y

/**
 * Which characters, folded to their lower five bits (upper and lower case are one), may stand at each of the first `count` places of what a regular expression matches, and after
 * it where a match is shorter. Sets by place: more texts have such characters than match, and every match has them.
 * Understands what detectors are written in: literals, classes, escapes, groups without capture, alternatives, quantifiers
 * and lookaheads.
 */
export function leadingCharacters(source: string, count: number): readonly ReadonlySet<number>[] {
  const reader = new Reader(source, count)
  // Bit n: a match may end before place n.
  const ends = reader.alternatives(1)
  for (let place = 0, after = 0; place < count; place++) {
    after |= ends & (1 << place)
    if (after !== 0) for (const character of all) reader.places[place]?.add(character)
  }
  return reader.places
}

class Reader {
  readonly places: readonly Set<number>[]
  readonly #source: string
  readonly #within: number
  #at = 0

  constructor(source: string, count: number) {
    this.#source = source
    this.#within = (1 << count) - 1
    this.places = Array.from({ length: count }, () => new Set())
  }

  /** From the places where it may begin, a bit each, to those where what follows may. */
  alternatives(starts: number): number {
    let ends = this.#sequence(starts)
    while (this.#source[this.#at] === '|') {
      this.#at += 1
      ends |= this.#sequence(starts)
    }
    return ends
  }

  #sequence(starts: number): number {
    let reached = starts
    while (this.#at < this.#source.length && !'|)'.includes(this.#source.charAt(this.#at)))
      reached = this.#repeated(reached)
    return reached
  }

  #repeated(starts: number): number {
    const begin = this.#at
    let reached = this.#unit(starts)
    const { least, most } = this.#quantifier()
    const end = this.#at
    let ends = least === 0 ? starts : 0
    for (let times = 1; times <= Math.min(most, this.places.length) && reached !== 0; times++) {
      if (times >= least) ends |= reached
      this.#at = begin
      reached = this.#unit(reached)
    }
    this.#at = end
    return ends
  }

  #unit(starts: number): number {
    const isAhead = this.#source.startsWith('(?!', this.#at) || this.#source.startsWith('(?=', this.#at)
    if (!isAhead && !this.#source.startsWith('(?:', this.#at)) return this.#character(starts)
    this.#at += 3
    const ends = this.alternatives(isAhead ? 0 : starts)
    this.#at += 1
    return isAhead ? starts : ends
  }

  #character(starts: number): number {
    const atom = this.#match(atomAt)?.[0] ?? ''
    if (atom === '(') throw new Error(`such a group is not understood here: ${this.#source}`)
    const characters = charactersOf(atom)
    for (const [place, set] of this.places.entries())
      if ((starts & (1 << place)) !== 0) for (const character of characters) set.add(character)
    return (starts << 1) & this.#within
  }

  #quantifier(): { readonly least: number; readonly most: number } {
    const found = this.#match(quantifierAt)
    if (!found) return { least: 1, most: 1 }
    const [sign, least = '', most = least] = found
    if (sign === '?') return { least: 0, most: 1 }
    if (sign === '*' || sign === '+') return { least: sign === '+' ? 1 : 0, most: Number.POSITIVE_INFINITY }
    return { least: Number(least), most: most === '' ? Number.POSITIVE_INFINITY : Number(most) }
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found) this.#at = pattern.lastIndex
    return found
  }
}

const known = new Map<string, readonly number[]>()

function charactersOf(atom: string): readonly number[] {
  const characters = known.get(atom) ?? matchedBy(atom)
  known.set(atom, characters)
  return characters
}

/** Of one that matches beyond Latin-1 nothing is known: what a longer character is folded to is any. */
function matchedBy(atom: string): readonly number[] {
  const pattern = new RegExp(`^${atom}$`, 's')
  if (pattern.test('\u2028') || pattern.test('\u4e00')) return all
  const codes = Array.from({ length: 256 }, (_, code) => code)
  return codes.filter((code) => pattern.test(String.fromCharCode(code))).map((code) => code & 31)
}
