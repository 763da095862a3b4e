import type { LogProof } from '../journal/audit/prove-entries.ts'
import type { ChainProof } from '../store/chain-proof.ts'
import { count } from './quantities.ts'
import { paint, type Terminal } from './terminal.ts'

/** Whether what is shown is what was recorded, and signed for. */
export function proofLines(proof: ChainProof | null, terminal: Terminal): readonly string[] {
  if (proof === null) return []
  const { differing, logs } = proof
  const label = (index: number) => (index === 0 ? 'proof   ' : '        ')
  const lines = logs.map((log, index) => `${label(index)}${logLine(log)}`)
  if (differing.length === 0) return ['', ...lines]
  const verdict = `FAILED: ${count(differing.length, 'span')} shown here otherwise than recorded: ${differing.slice(0, 5).join(', ')}`
  return [
    '',
    paint(`${label(0)}${verdict}`, 'bad', terminal),
    ...logs.map((log) => `${label(1)}${logLine(log)}`),
  ]
}

function logLine({ log, entries, size, problem }: LogProof): string {
  if (entries.length === 0) return `log ${log} · not proven: ${problem}`
  const named = `${entryNumbers(entries.map(({ seq }) => seq))} of log ${log}`
  return problem === null
    ? `${named} · in its signed checkpoint of ${count(size ?? 0, 'entry', 'entries')}`
    : `${named} · not proven: ${problem}`
}

function entryNumbers(seqs: readonly number[]): string {
  const [first, last] = [Math.min(...seqs), Math.max(...seqs)]
  return first === last ? `entry ${first}` : `${seqs.length} entries from ${first} to ${last}`
}
