import { decode } from './content-coding.ts'
import { HeldBytes } from './held-bytes.ts'

/** A body that is longer passes all the same, and is recorded by its size alone. */
const limit = 32 * 1024 * 1024

/** Gathers the bytes of a body that passes, up to a limit, and as long as all of them together leave room. */
export class BodyCopy {
  #chunks: Buffer[] = []
  #length = 0
  #isKept = true
  readonly #held = new HeldBytes()

  get bytes(): number {
    return this.#length
  }

  /** Whether all of it is kept. */
  get isWhole(): boolean {
    return this.#isKept
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#isKept && this.#length <= limit && this.#held.reach(this.#length)) this.#chunks.push(chunk)
    else this.release()
  }

  /**
   * Decoded by its `Content-Encoding`, without a byte order mark; null for one that was not kept. Throws for what cannot be
   * decoded.
   */
  text(encoding: string | undefined): string | null {
    if (!this.#isKept) return null
    const text = decode(joined(this.#chunks), encoding, limit).toString()
    return text.startsWith('\ufeff') ? text.slice(1) : text
  }

  /** Nobody reads it any more; its size stays known. */
  release(): void {
    this.#isKept = false
    this.#chunks = []
    this.#held.release()
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks
  return chunks.length === 1 && only ? only : Buffer.concat(chunks)
}
