/** What takes one of the places: a server's process that somebody uses, or may come back to. */
export interface Occupant {
  /** Somebody waits for it. */
  readonly isBusy: boolean
  /** When it was last asked for something, in ms of `performance.now()`. */
  readonly lastUsedMs: number
  close(): Promise<void>
}

/** How many servers' processes run at a time, of all clients together. */
const limit = 64

/** The places for servers' processes. There is no clock: who is idle keeps its place until another needs it. */
export class Occupants {
  readonly #limit: number
  readonly #all = new Set<Occupant>()

  constructor(places = limit) {
    this.#limit = places
  }

  /** Makes room for one more, if need be by ending the one that was idle for longest; false where none is idle. */
  makeRoom(): boolean {
    if (this.#all.size < this.#limit) return true
    const idle = [...this.#all].filter(({ isBusy }) => !isBusy)
    const [longest] = idle.sort((a, b) => a.lastUsedMs - b.lastUsedMs)
    if (!longest) return false
    this.#all.delete(longest)
    void longest.close()
    return true
  }

  add(occupant: Occupant): void {
    this.#all.add(occupant)
  }

  remove(occupant: Occupant): void {
    this.#all.delete(occupant)
  }
}
