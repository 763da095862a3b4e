import { createHash } from 'node:crypto'

export interface Random {
  /** Uniform in [0, 1), in steps of 2⁻³². */
  next(): number
  /** Uniform among 0 … `count` − 1. */
  below(count: number): number
  chance(probability: number): boolean
  /** Undefined of an empty list. */
  pick<T>(list: readonly T[]): T | undefined
}

/**
 * The sfc32 generator (Doty-Humphrey, PractRand). Its state of 128 bits is taken from the SHA-256 of seed and text, so
 * that neighbouring seeds give unrelated sequences.
 */
export function seededRandom(seed: number, text = ''): Random {
  const digest = createHash('sha256').update(`${seed}\n${text}`).digest()
  let a = digest.readInt32LE(0)
  let b = digest.readInt32LE(4)
  let c = digest.readInt32LE(8)
  let counter = digest.readInt32LE(12)
  const next = () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)],
  }
}
