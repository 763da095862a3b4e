export interface HistogramOptions {
  readonly name: string
  readonly help: string
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[]
}

type Labels = Readonly<Record<string, string>>

/** Those of one set of labels. */
export interface Series {
  observe(value: number): void
}

/** A histogram in Prometheus' text format. To observe is a few additions; what is read is made when it is asked for. */
export class Histogram {
  readonly #options: HistogramOptions
  readonly #series = new Map<string, Counts>()

  constructor(options: HistogramOptions) {
    this.#options = options
  }

  /** The same labels are the same series. */
  labelled(labels: Labels): Series {
    const text = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
    const key = text.join(',')
    const found = this.#series.get(key) ?? new Counts(this.#options.buckets)
    this.#series.set(key, found)
    return found
  }

  text(): string {
    const { name, help } = this.#options
    const lines = Array.from(this.#series, ([labels, counts]) => counts.lines(name, labels))
    return [`# HELP ${name} ${help}`, `# TYPE ${name} histogram`, ...lines.flat(), ''].join('\n')
  }
}

class Counts implements Series {
  readonly #buckets: readonly number[]
  /** How many are at most each bound and more than the one before it; the last are beyond all. */
  readonly #counts: number[]
  #sum = 0

  constructor(buckets: readonly number[]) {
    this.#buckets = buckets
    this.#counts = Array.from({ length: buckets.length + 1 }, () => 0)
  }

  observe(value: number): void {
    const buckets = this.#buckets
    let bucket = 0
    while (bucket < buckets.length && value > (buckets[bucket] as number)) bucket += 1
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1
    this.#sum += value
  }

  lines(name: string, labels: string): readonly string[] {
    const bounds = [...this.#buckets.map(String), '+Inf']
    const after = labels === '' ? '' : `,${labels}`
    let count = 0
    const buckets = bounds.map((bound, index) => {
      count += this.#counts[index] ?? 0
      return `${name}_bucket{le="${bound}"${after}} ${count}`
    })
    return [...buckets, `${name}_sum{${labels}} ${this.#sum}`, `${name}_count{${labels}} ${count}`]
  }
}

function escaped(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`))
}
