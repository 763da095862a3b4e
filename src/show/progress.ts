import { amount, count, duration } from './quantities.ts'
import { cut } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  /** One more is done; `infrastructureErrors` of all so far. */
  step(state: { readonly infrastructureErrors: number }): void
  /** So many more are to be done than was planned. */
  more(trials: number): void
  /** A line above the bar. */
  message(text: string): void
  /** Leaves the last state on the screen, and the cursor below it. */
  end(): void
}

interface ProgressOptions {
  readonly title: string
  readonly planned: number
}

const barWidth = 40
const redrawMs = 100
const reportMs = 10_000

/** A bar that is redrawn on a terminal; elsewhere a line now and then. Never keeps the process alive. */
export function showProgress(
  stream: { write(text: string): unknown },
  terminal: Terminal,
  { title, planned: first }: ProgressOptions,
): Progress {
  let planned = first
  const begun = performance.now()
  let done = 0
  let errors = 0
  const state = () => {
    const elapsedMs = performance.now() - begun
    const leftMs = done === 0 || done === planned ? null : (elapsedMs / done) * (planned - done)
    const left = leftMs === null ? '' : ` · about ${duration(leftMs)} left`
    const failed = errors > 0 ? ` · ${count(errors, 'infrastructure error')}` : ''
    return `${amount(done)}/${amount(planned)} · ${duration(elapsedMs)}${left}${failed}`
  }
  const line = () =>
    cut(terminal.hasLines ? `${bar(done / planned)} ${state()}` : state(), terminal.columns - 1)
  const draw = () => {
    if (terminal.isTTY) stream.write(`\r\u001b[2K${line()}`)
    else stream.write(`${line()}\n`)
  }
  stream.write(`${title}\n`)
  if (terminal.isTTY) draw()
  const timer = setInterval(draw, terminal.isTTY ? redrawMs : reportMs).unref()
  return {
    step({ infrastructureErrors }) {
      done += 1
      errors = infrastructureErrors
    },
    more(trials) {
      planned += trials
    },
    message(text) {
      stream.write(terminal.isTTY ? `\r\u001b[2K${text}\n` : `${text}\n`)
      if (terminal.isTTY) draw()
    },
    end() {
      clearInterval(timer)
      if (done > 0 || terminal.isTTY) draw()
      if (terminal.isTTY) stream.write('\n')
    },
  }
}

function bar(share: number): string {
  const full = Math.round(share * barWidth)
  return '█'.repeat(full) + '░'.repeat(barWidth - full)
}
