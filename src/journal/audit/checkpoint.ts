import type { KeyObject } from 'node:crypto'
import { fromBase64, type Hash, toBase64 } from './merkle-tree.ts'
import { openNote, type PublicKey, signNote } from './signed-note.ts'

/** How many leaves a tree had, and what they added up to. */
export interface TreeHead {
  readonly size: number
  readonly root: Hash
}

/** The name of a log's tree in its checkpoints: each tree has one of its own. */
export const originOfLog = (log: string): string => `calltrail/log/${log}`

/** https://c2sp.org/tlog-checkpoint: a signed note of origin, size and root. */
export function signCheckpoint(origin: string, { size, root }: TreeHead, key: KeyObject): string {
  return signNote(`${origin}\n${size}\n${toBase64(root)}\n`, origin, key)
}

export interface Checkpoint extends TreeHead {
  readonly signer: PublicKey
}

/** Null unless one of the keys has signed it for this origin. */
export function openCheckpoint(note: string, origin: string, keys: readonly PublicKey[]): Checkpoint | null {
  const opened = openNote(note, origin, keys)
  if (opened === null) return null
  const [name, size = '', encoded = '', ...rest] = opened.text.split('\n')
  const root = fromBase64(encoded)
  if (name !== origin || !/^(?:0|[1-9]\d*)$/.test(size) || root === null || rest.join('') !== '') return null
  return { size: Number(size), root, signer: opened.key }
}
