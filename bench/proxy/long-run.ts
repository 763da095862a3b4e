import type { Peer } from './process-cost.ts'

const steps = 5

/** Resident memory in MB at the beginning, and after each fifth of so many calls of 64 bytes, 32 in flight. */
export async function memoryOverCalls(peer: Peer, calls: number): Promise<readonly number[]> {
  const memoryMb = [peer.memory()]
  for (let step = 0; step < steps; step++) {
    await peer.measure(calls / steps, 64, 32)
    memoryMb.push(peer.memory())
  }
  const every = (calls / steps).toLocaleString('en')
  const shown = memoryMb.map((each) => each.toFixed(0)).join(' ')
  console.log(
    `\nresident memory of calltrail, then every ${every} of ${calls.toLocaleString('en')} calls: ${shown} MB`,
  )
  return memoryMb
}
