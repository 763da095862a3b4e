import { randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

// Drawn from the system a page at a time, which is many times cheaper.
const pool = Buffer.alloc(4096)
let used = pool.length

/** So many random bytes, 4096 at most, in hex. */
export function randomHex(bytes: number): string {
  const start = draw(bytes)
  return pool.toString('hex', start, used)
}

/** Sorts by the millisecond in which it was made; those of one millisecond have no order. */
export function uuidv7(): string {
  const start = draw(uuidBytes)
  return v7({ random: pool.subarray(start, used) })
}

const uuidBytes = 16

/** Where in the pool they begin; they end where `used` is. */
function draw(bytes: number): number {
  if (used + bytes > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += bytes
  return used - bytes
}
