import type { LogProof } from '../journal/audit/prove-entries.ts'
import type { ChainProof } from '../store/chain-proof.ts'
import { escapeText } from './escape.ts'
import { count } from './quantities.ts'
import { paint, type Terminal } from './terminal.ts'

/** Whether what is shown is what was recorded, and signed for. */
export function proofLines(proof: ChainProof, terminal: Terminal): readonly string[] {
  const failed = differingWords(proof)
  const lines = [
    ...(failed === null ? [] : [{ words: `FAILED: ${failed}`, isBad: true }]),
    ...proof.logs.map((log) => ({ words: logWords(log), isBad: log.hasFailed })),
  ].map(({ words, isBad }, index) => {
    const line = `${(index === 0 ? 'proof' : '').padEnd(8)}${escapeText(words)}`
    return isBad ? paint(line, 'bad', terminal) : line
  })
  return lines.length === 0 ? [] : ['', ...lines]
}

/** Null where each span is shown as it was recorded. */
export function differingWords({ differing }: ChainProof): string | null {
  if (differing.length === 0) return null
  return `${count(differing.length, 'span')} shown here otherwise than recorded: ${differing.slice(0, 5).join(', ')}`
}

/** Which entries of a log a chain was made of, and whether they are in what was signed for; not escaped. */
export function logWords({ log, entries, size, problem }: LogProof): string {
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
