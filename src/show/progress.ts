import { amount, count, dollars, duration } from './quantities.ts'
import { cut } from './table.ts'
import type { Terminal } from './terminal.ts'

export interface Progress {
  /** One more is done; `infrastructureErrors` of all so far, `costUsd` null where it is unknown. */
  step(state: { readonly infrastructureErrors: number; readonly costUsd: number | null }): void
  /** These have not started yet; nothing is done before they have. */
  wait(servers: readonly string[]): void
  /** By all so far, trials that were not ended among them; null where it is unknown. */
  spend(costUsd: number | null): void
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
  /** Of these, done before. */
  readonly done?: number
}

const barWidth = 40
const redrawMs = 100
const reportMs = 10_000

/** A bar that is redrawn on a terminal; elsewhere a line now and then. Never keeps the process alive. */
export function showProgress(
  stream: { write(text: string): unknown },
  terminal: Terminal,
  { title, planned: first, done: before = 0 }: ProgressOptions,
): Progress {
  let planned = first
  const begun = performance.now()
  let done = before
  let errors = 0
  let spent: number | null = 0
  let waiting: readonly string[] = []
  // When the first trial could begin: how long servers take to start says nothing of trials.
  let ready = begun
  let isOver = false
  const state = () => {
    const elapsedMs = performance.now() - begun
    if (waiting.length > 0) return `starting ${waiting.join(', ')} · ${duration(elapsedMs)}`
    const own = done - before
    const leftMs =
      isOver || own <= 0 || done >= planned ? null : ((performance.now() - ready) / own) * (planned - done)
    const left = leftMs === null || leftMs < 1000 ? '' : ` · about ${duration(leftMs)} left`
    const failed = errors > 0 ? ` · ${count(errors, 'infrastructure error')}` : ''
    const money = spent === 0 ? '' : ` · ${spent === null ? 'cost unknown' : dollars(spent)}`
    return `${amount(done)}/${amount(planned)} · ${duration(elapsedMs)}${left}${money}${failed}`
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
    step({ infrastructureErrors, costUsd }) {
      done += 1
      spent = costUsd
      errors = infrastructureErrors
    },
    wait(servers) {
      waiting = servers
      if (done === before) ready = performance.now()
    },
    spend(costUsd) {
      spent = costUsd
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
      isOver = true
      if (done > 0 || terminal.isTTY) draw()
      if (terminal.isTTY) stream.write('\n')
    },
  }
}

function bar(share: number): string {
  const full = Math.round(share * barWidth)
  return '█'.repeat(full) + '░'.repeat(barWidth - full)
}
