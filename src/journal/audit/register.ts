import { hash, sign, verify } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isJsonObject, readJson } from '../../domain/json.ts'
import { InfrastructureError } from '../../errors.ts'
import { createSecret, type Home, makeFolder, readIfThere, replaceFile } from '../home.ts'
import { openCheckpoint, signCheckpoint, type TreeHead } from './checkpoint.ts'
import { countOf, fromBase64, leavesOf, packLeaves, rootOf, toBase64 } from './merkle-tree.ts'
import { keyObject, type PublicKey, publicKeyOf } from './signed-note.ts'
import { prepareNextKey, readSigningKey, signingKeyFor } from './signing-key.ts'

/**
 * All logs of a home, and the keys that signed: one line of JSON for each log that is opened, for how far it was at times,
 * and for each key. Its lines are the leaves of a tree, so that a log that vanished is missed.
 */
export interface Register {
  readonly origin: string
  /** From the first; each but the first is signed by the one before it. */
  readonly keys: readonly PublicKey[]
  readonly logs: ReadonlyMap<string, RegisteredLog>
  readonly leaves: Buffer
  /** Where each line begins. */
  readonly offsets: readonly number[]
  /** Of its whole lines. */
  readonly bytes: number
  /** Lines that say nothing that is known, by where they begin. */
  readonly unreadable: readonly { readonly line: number; readonly offset: number }[]
}

export interface RegisteredLog {
  /** As they were entered. */
  readonly heads: readonly TreeHead[]
  /** Nothing more is written to it. */
  readonly isClosed: boolean
}

export interface LogState {
  readonly log: string
  readonly head?: TreeHead
  readonly isClosed?: boolean
}

export const registerFile = (home: Home): string => join(home.audit, 'register.jsonl')
export const registerLeavesFile = (home: Home): string => join(home.audit, 'leaves')
export const registerCheckpointFile = (home: Home): string => join(home.audit, 'checkpoint')

/** By the first key: another home has another one. */
export function originOfHome(firstKey: PublicKey): string {
  return `calltrail/home/${hash('sha256', Buffer.from(firstKey, 'base64')).slice(0, 16)}`
}

/** Null where there is none. A torn last line is not there yet. */
export function readRegister(home: Home): Register | null {
  const bytes = readIfThere(registerFile(home))
  if (bytes === null) return null
  const lines = bytes.subarray(0, bytes.lastIndexOf('\n') + 1)
  const keys: PublicKey[] = []
  const logs = new Map<string, { heads: TreeHead[]; isClosed: boolean }>()
  const unreadable: { line: number; offset: number }[] = []
  const offsets: number[] = []
  let offset = 0
  for (const [line, text] of lines.toString().split('\n').slice(0, -1).entries()) {
    if (!readLine(text, keys, logs)) unreadable.push({ line, offset })
    offsets.push(offset)
    offset += Buffer.byteLength(text) + 1
  }
  const leaves = packLeaves(leavesOf(lines))
  return { origin: originOfHome(keys[0] ?? ''), keys, logs, leaves, offsets, bytes: lines.length, unreadable }
}

function readLine(
  text: string,
  keys: PublicKey[],
  logs: Map<string, { heads: TreeHead[]; isClosed: boolean }>,
): boolean {
  const said = readJson(text)
  if (!isJsonObject(said) || said.v !== 1) return false
  const { key, signature, log, size, root, closed } = said
  if (typeof key === 'string') {
    const before = keys.at(-1)
    if (before !== undefined && !isIntroduced(key, before, signature)) return false
    keys.push(key)
    return true
  }
  if (typeof log !== 'string') return false
  const known = logs.get(log) ?? { heads: [], isClosed: false }
  logs.set(log, known)
  if (size === undefined) return true
  const hashed = typeof root === 'string' ? fromBase64(root) : null
  if (typeof size !== 'number' || hashed === null) return false
  known.heads.push({ size, root: hashed })
  known.isClosed ||= closed === true
  return true
}

const introduction = (key: PublicKey, before: PublicKey) =>
  Buffer.from(`calltrail key ${key} after ${before}`)

function isIntroduced(key: PublicKey, before: PublicKey, signature: unknown): boolean {
  if (typeof signature !== 'string') return false
  return verify(null, introduction(key, before), keyObject(before), Buffer.from(signature, 'base64'))
}

/** Enters how far these logs are; the register is begun where there is none. */
export function enterLogs(home: Home, states: readonly LogState[]): void {
  begin(home)
  append(
    home,
    states.map(({ log, head, isClosed }) => ({
      ...{ log, ...(head && { size: head.size, root: toBase64(head.root) }) },
      ...(isClosed && { closed: true }),
    })),
  )
}

function begin(home: Home): void {
  if (readIfThere(registerFile(home)) !== null) return
  makeFolder(home.audit)
  const first = lineOf({ key: publicKeyOf(readSigningKey(home)) })
  createSecret(registerFile(home), Buffer.from(first))
}

const lineOf = (said: object) => `${JSON.stringify({ v: 1, at: new Date().toISOString(), ...said })}\n`

/** One system call, so that lines of several processes stand one after another. */
function append(home: Home, lines: readonly object[]): void {
  const file = openSync(registerFile(home), 'a+', 0o600)
  try {
    const { size } = fstatSync(file)
    const last = Buffer.alloc(1)
    const isTorn = size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last.toString() !== '\n'
    writeSync(file, `${isTorn ? '\n' : ''}${lines.map(lineOf).join('')}`)
  } finally {
    closeSync(file)
  }
}

/**
 * Signs the register as it stands. Not where it contradicts what was signed before: then somebody changed it, and the
 * older checkpoint is what shows it.
 */
export function signRegister(home: Home): void {
  const register = readRegister(home)
  if (register === null) return
  const { origin, keys, leaves } = register
  const key = signingKeyFor(home, keys.at(-1))
  if (key === null || !continues(home, register)) return
  const head = { size: countOf(leaves), root: rootOf(leaves) }
  replaceFile(registerLeavesFile(home), leaves)
  replaceFile(registerCheckpointFile(home), signCheckpoint(origin, head, key))
}

/** Whether there is something to sign that the last checkpoint does not speak against. */
function continues(home: Home, { origin, keys, leaves }: Register): boolean {
  const note = readIfThere(registerCheckpointFile(home))
  if (note === null) return true
  const earlier = openCheckpoint(note.toString(), origin, keys)
  return earlier !== null && earlier.size < countOf(leaves) && rootOf(leaves, earlier.size) === earlier.root
}

/** A new key signs from now on, introduced by the old one, whose signatures stay good. */
export function rotateKey(home: Home): { readonly key: PublicKey; readonly previous: PublicKey } {
  begin(home)
  const previous = readRegister(home)?.keys.at(-1) ?? ''
  const old = signingKeyFor(home, previous)
  if (old === null)
    throw new InfrastructureError('audit', `the key that signs for ${home.path} is not in its keys folder`)
  const key = publicKeyOf(prepareNextKey(home))
  const signature = sign(null, introduction(key, previous), old).toString('base64')
  append(home, [{ key, after: previous, signature }])
  signRegister(home)
  return { key, previous }
}
