import { readFileSync } from 'node:fs'
import type { Measurable } from './compare.ts'

/** A server, direct or behind a proxy. */
export interface Peer extends Measurable {
  /** Resident memory of the process that was started, in MB. */
  memory(): number
  close(): Promise<void>
}

/** Measures calls of which each says how many milliseconds it took, and what they cost the process that answers. */
export function measurable(pid: number | undefined, call: (text: string) => Promise<number>): Measurable {
  return {
    async measure(calls, bytes, inFlight) {
      const text = 'x'.repeat(bytes)
      const latenciesMs: number[] = []
      let left = calls
      const worker = async () => {
        while (left-- > 0) latenciesMs.push(await call(text))
      }
      const [cpu, begun] = [cpuOf(pid), performance.now()]
      await Promise.all(Array.from({ length: inFlight }, worker))
      const durationMs = performance.now() - begun
      return { latenciesMs, durationMs, cpuMicroseconds: ((cpuOf(pid) - cpu) * 1000) / calls }
    },
  }
}

/** Milliseconds of CPU of a process so far, in ticks of 10. Linux. */
function cpuOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(user) + Number(system)) * 10
}

/** Resident memory of a process, in MB. Linux. */
export function memoryOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
}
