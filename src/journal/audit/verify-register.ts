import { type Home, readIfThere } from '../home.ts'
import { openCheckpoint, type TreeHead } from './checkpoint.ts'
import type { Finding } from './finding.ts'
import { countOf, hashBytes, leafAt, rootOf } from './merkle-tree.ts'
import { type Register, registerCheckpointFile, registerLeavesFile } from './register.ts'
import { ownKeys } from './signing-key.ts'

export interface RegisterVerdict {
  readonly lines: number
  /** Lines that the last checkpoint speaks for. */
  readonly proven: number
  readonly findings: readonly Finding[]
}

/** The register is as it was signed for, by a key of this home. */
export function verifyRegister(home: Home, register: Register): RegisterVerdict {
  const { origin, keys, leaves, unreadable } = register
  const lines = countOf(leaves)
  const problems: Finding[] = unreadable.map(({ line, offset }) =>
    inRegister(`line ${line + 1} says nothing that calltrail writes`, offset),
  )
  const note = readIfThere(registerCheckpointFile(home))
  const checkpoint = note && openCheckpoint(note.toString(), origin, keys)
  const own = ownKeys(home)
  if (own.length > 0 && !own.includes(keys.at(-1) ?? ''))
    problems.push(inRegister('its last key is not the key of this home', null))
  if (!note) return { lines, proven: 0, findings: problems }
  if (!checkpoint) problems.push(inCheckpoint('no key of this home has signed it as it is'))
  else if (checkpoint.size > lines)
    problems.push(
      inRegister(`it has ${lines} lines; its checkpoint speaks for ${checkpoint.size}`, register.bytes),
    )
  else if (rootOf(leaves, checkpoint.size) !== checkpoint.root)
    problems.push(changedLine(home, register, checkpoint))
  else if (!leavesMatch(home, register, checkpoint.size))
    problems.push(at('audit/leaves', 'the leaves beside the register are not its own', null))
  const isProven = checkpoint !== null && problems.length === 0
  return { lines, proven: isProven ? checkpoint.size : 0, findings: problems.slice(0, 1) }
}

function leavesMatch(home: Home, { leaves }: Register, size: number): boolean {
  const stored = readIfThere(registerLeavesFile(home))
  const end = size * hashBytes
  return stored !== null && stored.length >= end && stored.subarray(0, end).equals(leaves.subarray(0, end))
}

/** By the leaves that lie beside it, where they are what was signed for. */
function changedLine(home: Home, { leaves, offsets }: Register, { size, root }: TreeHead): Finding {
  const stored = readIfThere(registerLeavesFile(home)) ?? Buffer.alloc(0)
  const isListed = countOf(stored) >= size && rootOf(stored, size) === root
  const line = offsets.findIndex((_, index) => leafAt(stored, index) !== leafAt(leaves, index))
  if (!isListed) return inRegister(`its first ${size} lines are not those that were signed for`, null)
  return inRegister(`line ${line + 1} is not the one that was written`, offsets[line] ?? null)
}

const at = (file: string, problem: string, offset: number | null): Finding => ({
  ...{ log: null, seq: null, file, offset, problem },
})
const inRegister = (problem: string, offset: number | null) => at('audit/register.jsonl', problem, offset)
const inCheckpoint = (problem: string) => at('audit/checkpoint', problem, null)
