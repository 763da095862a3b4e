import { join } from 'node:path'
import { type Home, readIfThere, replaceFile } from '../home.ts'
import { logName } from '../reader.ts'
import { isRecorderAlive } from '../recorder-process.ts'
import { openCheckpoint, originOfLog, signCheckpoint, type TreeHead } from './checkpoint.ts'
import { checkpointFile, writeLeaves } from './log-seal.ts'
import { type Hash, prefixedLeaf } from './merkle-tree.ts'
import { enterLogs, type LogState, type Register, readRegister, signRegister } from './register.ts'
import { agrees, scanLog } from './scan-log.ts'
import { readSigningKey } from './signing-key.ts'
import { listFolder } from './stored-lines.ts'

export const logsOf = (home: Home): readonly string[] =>
  listFolder(home.journal).filter((name) => logName.test(name))

/**
 * Signs for logs that nobody else will sign for any more: their recorder was killed, or was of a version that signed
 * nothing. What was written after the last checkpoint is taken as it is found, and proven from now on. A log that
 * contradicts what was signed before stays as it is: `verify` tells of it.
 */
export function sealDeadLogs(home: Home): void {
  const register = readRegister(home)
  const isOpen = (log: string) => !register?.logs.get(log)?.isClosed
  const dead = logsOf(home).filter((log) => isOpen(log) && !isRecorderAlive(join(home.journal, log)))
  const closed = dead.flatMap((log): readonly LogState[] => {
    const head = sealLog(home, log, register)
    return head ? [{ log, head, isClosed: true }] : []
  })
  if (closed.length > 0) enterLogs(home, closed)
  signRegister(home)
}

/** Null where it is not as it was signed for. */
function sealLog(home: Home, log: string, register: Register | null): TreeHead | null {
  const folder = join(home.journal, log)
  const note = readIfThere(checkpointFile(folder))
  const checkpoint = note && openCheckpoint(note.toString(), originOfLog(log), register?.keys ?? [])
  if (note && !checkpoint) return null
  const heads = [...(checkpoint ? [checkpoint] : []), ...(register?.logs.get(log)?.heads ?? [])]
  const leaves: Hash[] = []
  const onEntry = (prefixed: Buffer) => leaves.push(prefixedLeaf(prefixed))
  const scan = scanLog(folder, log, { sizes: heads.map(({ size }) => size), onEntry })
  if (scan.firstChanged || scan.firstMisplaced || heads.some((head) => !agrees(scan, head))) return null
  const head = { size: scan.entries, root: scan.root }
  if (scan.stored.count < head.size) writeLeaves(folder, leaves, 0)
  if (head.size > (checkpoint?.size ?? -1))
    replaceFile(checkpointFile(folder), signCheckpoint(originOfLog(log), head, readSigningKey(home)))
  return head
}

/** Enters how far every log is that is still written to, so that the register speaks for all that is signed. */
export function registerOpenLogs(home: Home): void {
  const register = readRegister(home)
  const grown = logsOf(home).flatMap((log): readonly LogState[] => {
    const known = register?.logs.get(log)
    if (!register || known?.isClosed) return []
    const note = readIfThere(checkpointFile(join(home.journal, log)))
    const head = note && openCheckpoint(note.toString(), originOfLog(log), register.keys)
    return head && head.size > (known?.heads.at(-1)?.size ?? 0) ? [{ log, head }] : []
  })
  if (grown.length > 0) enterLogs(home, grown)
  signRegister(home)
}
