/** What every body may hold, however much others do. */
const freeBytes = 64 * 1024
/** What the rest of all bodies may hold together. */
const limitBytes = 256 * 1024 * 1024

let total = 0

/** Of all bodies that pass now, beyond what is free. */
export const totalHeldBytes = (): number => total

/** What one body holds in memory while it passes: many large ones at once, or that stall, must not fill it. */
export class HeldBytes {
  #bytes = 0

  /** Whether it may hold so much now; else it holds what it did. */
  reach(length: number): boolean {
    const more = Math.max(0, length - freeBytes) - this.#bytes
    if (more > 0 && total + more > limitBytes) return false
    this.#bytes += more
    total += more
    return true
  }

  release(): void {
    total -= this.#bytes
    this.#bytes = 0
  }
}
