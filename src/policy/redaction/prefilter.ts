import { leadingCharacters } from './leading-characters.ts'

/** Finds the places where one of the patterns matches, ascending. */
export type Prefilter = (text: string) => readonly number[]

/** Characters of which a place is judged: as many runs of three as there are bits to a group. */
const judged = 5
const bits = judged - 2
/** As many as fit into 31 bits. */
const groups = 10
const windowLength = 64 * 1024
const window = Buffer.alloc(windowLength + judged)
/** Where in the window some group has passed, and which. */
const hits = new Int32Array(windowLength + judged)
const passed = new Int32Array(windowLength + judged)

/**
 * Shift-and over runs of three characters, 15 bits each: a table says of every run at which places of which group's matches
 * it may stand, and one step per character carries five of them on. What passes is matched by the group's patterns. Less
 * than a fourth of what the regular expressions alone cost, on short and long JSON, prose and code.
 */
export function createPrefilter(patterns: readonly string[]): Prefilter {
  const table = new Int32Array(1 << 15)
  const size = Math.ceil(patterns.length / groups)
  const matchers: RegExp[] = []
  let firsts = 0
  for (let group = 0; group * size < patterns.length; group++) {
    const members = patterns.slice(group * size, (group + 1) * size)
    for (const member of members) addRuns(table, leadingCharacters(member, judged), group * bits)
    matchers.push(new RegExp(members.join('|'), 'y'))
    firsts |= 1 << (group * bits)
  }
  const lasts = firsts << (bits - 1)

  function matches(text: string, place: number, passed: number): boolean {
    for (let group = 0; group < matchers.length; group++) {
      if ((passed & (1 << (group * bits + bits - 1))) === 0) continue
      const matcher = matchers[group] as RegExp
      matcher.lastIndex = place
      if (matcher.test(text)) return true
    }
    return false
  }

  return (text) => {
    const places: number[] = []
    const carried = { run: 0, state: 0 }
    for (let from = 0; from < text.length; from += windowLength) {
      const found = scan({ table, firsts, lasts }, fillWindow(text, from), carried)
      for (let hit = 0; hit < found; hit++) {
        const place = from + (hits[hit] as number) - judged + 1
        if (place >= 0 && matches(text, place, passed[hit] as number)) places.push(place)
      }
    }
    return places
  }
}

interface Steps {
  readonly table: Int32Array
  /** The first bit of each group, and the last. */
  readonly firsts: number
  readonly lasts: number
}

/**
 * Fills `hits` and `passed`, and says how far; what is `carried` goes on into the next window. That nothing is called within
 * the loop takes a third off it.
 */
function scan(
  { table, firsts, lasts }: Steps,
  length: number,
  carried: { run: number; state: number },
): number {
  let { run, state } = carried
  let found = 0
  for (let index = 0; index < length; index++) {
    // Both are there; asking whether they are costs as much as all else.
    run = ((run << 5) | ((window[index] as number) & 31)) & 0x7fff
    state = ((state << 1) | firsts) & (table[run] as number)
    if ((state & lasts) === 0) continue
    hits[found] = index
    passed[found++] = state
  }
  carried.run = run
  carried.state = state
  return found
}

/** One byte per UTF-16 unit, its lower half; after the text's end as many zeros as let its last characters be judged. */
function fillWindow(text: string, from: number): number {
  const isWhole = from === 0 && text.length <= windowLength
  const length = window.write(isWhole ? text : text.slice(from, from + windowLength), 'latin1')
  if (from + windowLength < text.length) return length
  for (let after = 0; after < judged; after++) window[length + after] = 0
  return length + judged - 1
}

function addRuns(table: Int32Array, characters: readonly ReadonlySet<number>[], bit: number): void {
  for (let place = 0; place < bits; place++) {
    const [first = [], second = [], third = []] = characters.slice(place, place + 3)
    for (const a of first)
      for (const b of second)
        for (const c of third) {
          const run = (a << 10) | (b << 5) | c
          table[run] = (table[run] ?? 0) | (1 << (bit + place))
        }
  }
}
