import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Home, replaceFile } from '../home.ts'
import { originOfLog, signCheckpoint, type TreeHead } from './checkpoint.ts'
import { growingTree, type Hash, hashBytes, leavesIn, leavesOf, packLeaves } from './merkle-tree.ts'
import { enterLogs, signRegister } from './register.ts'
import { readSigningKey } from './signing-key.ts'

/** How long an entry waits to be signed for. */
const sealMs = 5_000
/** Bytes that wait to be hashed: then it is done as soon as nothing else is to be done, or at once when there is no room. */
const waitingBytes = 256 * 1024
const roomBytes = 2 * waitingBytes

export const leavesFile = (folder: string): string => join(folder, 'leaves')
export const checkpointFile = (folder: string): string => join(folder, 'checkpoint')

/**
 * Signs for what a recorder has written, as it was handed to the disk. `add` does next to nothing: hashing and signing wait
 * for a moment without work. Nothing here throws: what could not be signed is signed for with what comes next.
 */
export interface LogSeal {
  /** Whole lines, which are on the disk; the bytes stay the caller's. */
  add(lines: Uint8Array): void
  seal(): void
  close(): void
}

export interface SealedLog {
  readonly home: Home
  readonly log: string
}

export function logSeal({ home, log }: SealedLog): LogSeal {
  const folder = join(home.journal, log)
  const tree = growingTree()
  /** After the first byte, which is the prefix of a leaf; one place for all, as fresh memory costs more than to hash it. */
  let waiting: Buffer | null = null
  let end = 1
  let unwritten: Hash[] = []
  const done = { signed: 0, registered: 0, isOpened: false, isHashing: false }
  let timer: NodeJS.Timeout | null = null

  function open(): void {
    if (done.registered === 0) enterLogs(home, [{ log }])
  }

  function hashWaiting(): void {
    done.isHashing = false
    if (waiting) grow(leavesIn(waiting.subarray(0, end)))
    end = 1
  }

  function grow(leaves: readonly Hash[]): void {
    for (const leaf of leaves) {
      tree.add(leaf)
      unwritten.push(leaf)
    }
  }

  function wait(lines: Uint8Array): void {
    if (end + lines.length > roomBytes) hashWaiting()
    if (1 + lines.length > roomBytes) {
      grow(leavesOf(lines))
      return
    }
    waiting ??= Buffer.allocUnsafeSlow(roomBytes)
    waiting.set(lines, end)
    end += lines.length
  }

  function sign(): void {
    hashWaiting()
    if (tree.size === done.signed) return
    writeLeaves(folder, unwritten, tree.size - unwritten.length)
    unwritten = []
    const note = signCheckpoint(originOfLog(log), headOf(tree), readSigningKey(home))
    replaceFile(checkpointFile(folder), note)
    done.signed = tree.size
  }

  /**
   * At the first time, whenever the log has doubled, and at its end, when there is time to sign the register as well: it
   * grows with every log of the home, and is read as a whole for that.
   */
  function register(isClosed: boolean): void {
    if (!isClosed && tree.size < 2 * done.registered) return
    enterLogs(home, [{ log, head: headOf(tree), isClosed }])
    done.registered = tree.size
    if (isClosed) signRegister(home)
  }

  function seal(isClosed: boolean): void {
    if (timer) clearTimeout(timer)
    timer = null
    quietly(() => {
      sign()
      if (tree.size > 0) register(isClosed)
    })
  }

  return {
    add(lines) {
      wait(lines)
      timer ??= setTimeout(() => seal(false), sealMs).unref()
      if (!done.isOpened) {
        done.isOpened = true
        setImmediate(() => quietly(open))
      }
      if (end < waitingBytes || done.isHashing) return
      done.isHashing = true
      setImmediate(hashWaiting)
    },
    seal: () => seal(false),
    close: () => seal(true),
  }
}

const headOf = (tree: { readonly size: number; root(): Hash }): TreeHead => ({
  size: tree.size,
  root: tree.root(),
})

/** At their place, so that what an earlier attempt left half done is written over. */
export function writeLeaves(folder: string, leaves: readonly Hash[], from: number): void {
  const bytes = packLeaves(leaves)
  const file = openSync(leavesFile(folder), constants.O_WRONLY | constants.O_CREAT, 0o600)
  try {
    const start = from * hashBytes
    for (let done = 0; done < bytes.length; )
      done += writeSync(file, bytes, done, bytes.length - done, start + done)
  } finally {
    closeSync(file)
  }
}

/** A proof is not worth a call. */
function quietly(act: () => void): void {
  try {
    act()
  } catch {
    // The disk refuses, or the key cannot be read: the journal says so where it matters, and `verify` what is not proven.
  }
}
