/**
 * What was last asked for: a weight of `room` at least, and of twice that and two keys more at most. There are two
 * generations, of which the older is dropped as a whole: that costs nothing, where dropping one by one would.
 */
export class Recent<V> {
  readonly #room: number
  readonly #weightOf: (key: string) => number
  #newer = new Map<string, V>()
  #older = new Map<string, V>()
  #weight = 0

  constructor(room: number, weightOf: (key: string) => number = () => 1) {
    this.#room = room
    this.#weightOf = weightOf
  }

  get(key: string): V | undefined {
    const latest = this.#newer.get(key)
    if (latest !== undefined) return latest
    const earlier = this.#older.get(key)
    if (earlier !== undefined) this.set(key, earlier)
    return earlier
  }

  set(key: string, value: V): void {
    if (this.#weight >= this.#room) {
      this.#older = this.#newer
      this.#newer = new Map()
      this.#weight = 0
    }
    if (!this.#newer.has(key)) this.#weight += this.#weightOf(key)
    this.#newer.set(key, value)
  }
}
