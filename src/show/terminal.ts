import type { WriteStream } from 'node:tty'

/** What the place that text goes to can show. */
export interface Terminal {
  readonly isTTY: boolean
  readonly columns: number
  /** Verdicts may be coloured, and nothing else is. */
  readonly hasColour: boolean
  /** Lines and bars of more than ASCII. */
  readonly hasLines: boolean
}

type Verdict = 'good' | 'bad' | 'doubtful' | 'quiet'

const codes: Readonly<Record<Verdict, readonly [open: number, close: number]>> = {
  good: [32, 39],
  bad: [31, 39],
  doubtful: [33, 39],
  quiet: [2, 22],
}

/** By https://no-color.org; a pipe gets neither colour nor lines. */
export function terminalOf(
  stream: Pick<WriteStream, 'isTTY' | 'columns'>,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTTY = stream.isTTY === true && env.TERM !== 'dumb'
  const isForced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0'
  return {
    isTTY,
    columns: Math.max(60, (isTTY && stream.columns) || 100),
    hasColour: !env.NO_COLOR && (isTTY || isForced),
    hasLines: isTTY,
  }
}

export function paint(text: string, verdict: Verdict, { hasColour }: Terminal): string {
  const [open, close] = codes[verdict]
  return hasColour ? `\u001b[${open}m${text}\u001b[${close}m` : text
}
