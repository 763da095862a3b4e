import { join } from 'node:path'
import { type Home, readIfThere } from '../home.ts'
import { openCheckpoint, originOfLog } from './checkpoint.ts'
import { inclusionProofs, tlogProof } from './inclusion-proof.ts'
import { checkpointFile, leavesFile } from './log-seal.ts'
import { countOf, leafAt, leavesOf, rootOf } from './merkle-tree.ts'
import type { Register } from './register.ts'
import { verifierKey } from './signed-note.ts'

export interface ProvenEntry {
  readonly seq: number
  /** As it is stored. */
  readonly line: string
}

export interface LogProof {
  readonly log: string
  readonly entries: readonly ProvenEntry[]
  /** Entries that the log's checkpoint speaks for; null without one that is good. */
  readonly size: number | null
  /** Null where all entries are in the checkpoint: else what is wrong, or not there yet. */
  readonly problem: string | null
  /** The problem is none that time or another home would solve: something was changed, or is gone. */
  readonly hasFailed: boolean
  /** Of the key that has signed. */
  readonly key: string | null
  /** https://c2sp.org/tlog-proof of an entry; null where it is not proven. */
  readonly proofOf: (seq: number) => string | null
}

/** Whether these entries are in what was signed for, by the leaves beside the log. */
export function proveEntries(
  home: Home,
  register: Register | null,
  log: string,
  entries: readonly ProvenEntry[],
): LogProof {
  const folder = join(home.journal, log)
  const origin = originOfLog(log)
  const note = readIfThere(checkpointFile(folder))?.toString()
  const leaves = readIfThere(leavesFile(folder)) ?? Buffer.alloc(0)
  const checkpoint = note === undefined ? null : openCheckpoint(note, origin, register?.keys ?? [])
  const unproven = (problem: string, hasFailed = true): LogProof => ({
    ...{ log, entries, size: null, problem, hasFailed, key: null, proofOf: () => null },
  })
  if (note === undefined) return unproven('nothing was signed for this log yet', false)
  if (checkpoint === null) return unproven('no key of this home has signed its checkpoint as it is')
  const { size, root, signer } = checkpoint
  if (countOf(leaves) < size || rootOf(leaves, size) !== root)
    return unproven('its leaves are not what was signed for')
  const isIn = ({ seq, line }: ProvenEntry) =>
    seq < size && leavesOf(Buffer.from(`${line}\n`))[0] === leafAt(leaves, seq)
  const late = entries.find(({ seq }) => seq >= size)
  const changed = entries.find((entry) => entry.seq < size && !isIn(entry))
  const pathOf = inclusionProofs(leaves, size)
  const proven = new Set(entries.filter(isIn).map(({ seq }) => seq))
  return {
    ...{ log, entries, size, key: verifierKey(origin, signer) },
    problem: changed
      ? `entry ${changed.seq} is not the one that was written`
      : late
        ? `entry ${late.seq} came after the last checkpoint`
        : null,
    hasFailed: changed !== undefined,
    proofOf: (seq) => (proven.has(seq) ? tlogProof(seq, pathOf(seq), note) : null),
  }
}
