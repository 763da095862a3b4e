import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'

/** Resident memory of a process over time, in MiB. */
export interface Memory {
  readonly peak: number
  /** The greatest of each tenth of its time. */
  readonly tenths: readonly number[]
  readonly seconds: number
}

/** Runs Node to its end. What it prints is left out; what it complains of is shown. */
export async function watchMemory(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Memory> {
  const begun = performance.now()
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  const seen: number[] = []
  let peak = 0
  const timer = setInterval(() => {
    const status = statusOf(child.pid)
    seen.push(megabytes(status, 'VmRSS'))
    peak = Math.max(peak, megabytes(status, 'VmHWM'))
  }, 50)
  const [code] = await once(child, 'exit')
  clearInterval(timer)
  if (code !== 0) throw new Error(`the command failed with ${code} at ${peak} MiB: what it says stands above`)
  const tenths = Array.from({ length: 10 }, (_, tenth) =>
    Math.max(0, ...seen.slice((tenth * seen.length) / 10, ((tenth + 1) * seen.length) / 10)),
  )
  return { peak, tenths, seconds: (performance.now() - begun) / 1000 }
}

function statusOf(pid: number | undefined): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}

function megabytes(status: string, name: string): number {
  return Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024)
}
