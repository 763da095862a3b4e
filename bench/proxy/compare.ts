/** What one path was measured at. */
export interface Measurement {
  readonly latenciesMs: readonly number[]
  readonly durationMs: number
  /** Of the process that was started, user and system, per call. */
  readonly cpuMicroseconds: number
}

export interface Measurable {
  /** Makes `calls` calls with a text of `bytes`, `inFlight` at once. */
  measure(calls: number, bytes: number, inFlight: number): Promise<Measurement>
}

export interface Load {
  readonly bytes: number
  readonly inFlight: number
  readonly calls: number
}

export type Figures = Readonly<Record<'p50Ms' | 'p99Ms' | 'callsPerSecond' | 'cpuMicroseconds', number>>

const rounds = 5

/** Of one path, before the first load: a proxy serves for days, and compilers are done with it after some thousand calls. */
export const warmUpCalls = 12_000

/** Makes `warmUpCalls` on every path. */
export async function warmUp(paths: Iterable<Measurable>): Promise<void> {
  for (const path of paths) await path.measure(warmUpCalls, 64, 32)
}

/** Every path in turn in every round of one run, so that the noise of the machine meets them alike; prints as it goes. */
export async function compare(
  paths: ReadonlyMap<string, Measurable>,
  { bytes, inFlight, calls }: Load,
): Promise<ReadonlyMap<string, Figures>> {
  const measured = new Map<string, Measurement[]>()
  for (let round = 0; round <= rounds; round++)
    for (const [name, path] of paths) {
      const measurement = await path.measure(calls, bytes, inFlight)
      // The first round is for the compilers.
      if (round > 0) measured.set(name, [...(measured.get(name) ?? []), measurement])
    }
  console.log(`\n${bytes.toLocaleString('en')} bytes, ${inFlight} in flight, ${rounds} × ${calls} calls`)
  const figures = new Map(Array.from(measured, ([name, list]) => [name, figuresOf(list, calls)]))
  for (const [name, each] of figures) console.log(lineOf(name, each))
  return figures
}

/** Calls that one comparison makes on each path. */
export function callsOf({ calls }: Load): number {
  return calls * (rounds + 1)
}

function figuresOf(list: readonly Measurement[], calls: number): Figures {
  const latencies = list.flatMap(({ latenciesMs }) => latenciesMs)
  return {
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    callsPerSecond: median(list.map(({ durationMs }) => (calls * 1000) / durationMs)),
    cpuMicroseconds: median(list.map(({ cpuMicroseconds }) => cpuMicroseconds)),
  }
}

function lineOf(name: string, { p50Ms, p99Ms, callsPerSecond, cpuMicroseconds }: Figures): string {
  const rate = Math.round(callsPerSecond).toLocaleString('en').padStart(7)
  const cpu = cpuMicroseconds.toFixed(0).padStart(5)
  return `  ${name.padEnd(17)} p50 ${milliseconds(p50Ms)}  p99 ${milliseconds(p99Ms)}  ${rate} calls/s  ${cpu} µs CPU per call`
}

function milliseconds(value: number): string {
  return `${value.toFixed(3).padStart(7)} ms`
}

function quantile(values: readonly number[], q: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * q)] ?? Number.NaN
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}
