type Counts = { readonly entries: number; readonly bodies: number }

/** What a journal could not write: while its disk refuses, and what it gave up then. */
export class Losses {
  /** Why the disk refuses; null while it does not. */
  outage: string | null = null
  #givenUp: Counts = none
  /** Of those, the ones that no entry tells of yet. */
  #untold: Counts = none

  /** Counts what is not accepted. Once something was given up, so is all that follows, until that was told. */
  accepts(what: keyof Counts, isFull: boolean): boolean {
    if (!isFull && this.untold === null) return true
    this.#givenUp = oneMore(this.#givenUp, what)
    this.#untold = oneMore(this.#untold, what)
    return false
  }

  /** Null where there are none. */
  get untold(): Counts | null {
    return this.#untold === none ? null : this.#untold
  }

  told(): void {
    this.#untold = none
  }

  /** With all that waits, while the disk refuses it. */
  with(waiting: Counts): Counts {
    const { entries, bodies } = this.#givenUp
    if (this.outage === null) return { entries, bodies }
    return { entries: entries + waiting.entries, bodies: bodies + waiting.bodies }
  }
}

const none: Counts = { entries: 0, bodies: 0 }

function oneMore(counts: Counts, what: keyof Counts): Counts {
  return { ...counts, [what]: counts[what] + 1 }
}
