import { hash } from 'node:crypto'

/** A SHA-256 as 32 characters, one a byte: at this size a string costs a third of a buffer. */
export type Hash = string

const newline = 0x0a
const pair = Buffer.alloc(65, 1)

/** SHA-256(0x01 ‖ left ‖ right): a node of RFC 6962. */
export function nodeHash(left: Hash, right: Hash): Hash {
  pair.write(left, 1, 'latin1')
  pair.write(right, 33, 'latin1')
  return hash('sha256', pair, 'binary')
}

/** Of bytes that begin with the 0x00 of a leaf: what is hashed often is not copied for it. */
export function prefixedLeaf(prefixed: Uint8Array): Hash {
  return hash('sha256', prefixed, 'binary')
}

/** The leaves of whole lines, each of which ends with a newline that is not part of it. */
export function leavesOf(lines: Uint8Array): Hash[] {
  const bytes = Buffer.allocUnsafe(lines.length + 1)
  bytes.set(lines, 1)
  return leavesIn(bytes)
}

/** Of one byte and whole lines after it, which are not theirs any more afterwards. */
export function leavesIn(bytes: Buffer): Hash[] {
  bytes[0] = 0
  const leaves: Hash[] = []
  let start = 0
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, end + 1)) {
    leaves.push(prefixedLeaf(bytes.subarray(start, end)))
    // The newline before a line becomes the prefix of its leaf.
    bytes[end] = 0
    start = end
  }
  return leaves
}

/** The Merkle tree of RFC 6962, section 2.1, as it grows: it keeps the roots of its complete subtrees and no leaf. */
export interface GrowingTree {
  readonly size: number
  add(leaf: Hash): void
  root(): Hash
}

export function growingTree(): GrowingTree {
  // From the largest subtree to the smallest.
  const roots: Hash[] = []
  let size = 0
  return {
    get size() {
      return size
    },
    add(leaf) {
      let carried = leaf
      for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2)
        carried = nodeHash(roots.pop() ?? '', carried)
      roots.push(carried)
      size += 1
    },
    root: () =>
      roots.length === 0
        ? hash('sha256', '', 'binary')
        : roots.reduceRight((right, left) => nodeHash(left, right)),
  }
}

export const hashBytes = 32

/** How many leaves lie one after another in these bytes, and one of them. */
export const countOf = (leaves: Buffer): number => Math.floor(leaves.length / hashBytes)
export const leafAt = (leaves: Buffer, index: number): Hash =>
  leaves.toString('latin1', index * hashBytes, (index + 1) * hashBytes)

/** The leaves as bytes, one after another. */
export const packLeaves = (leaves: readonly Hash[]): Buffer => Buffer.from(leaves.join(''), 'latin1')

export function rootOf(leaves: Buffer, size = countOf(leaves)): Hash {
  const tree = growingTree()
  for (let index = 0; index < size; index++) tree.add(leafAt(leaves, index))
  return tree.root()
}

/** Leaves as they are stored, one after another. */
export interface LeafList {
  readonly count: number
  at(index: number): Hash
  /** Of the first so many; reckoned once. */
  rootOf(size: number): Hash
}

export function leafList(leaves: Buffer): LeafList {
  const roots = new Map<number, Hash>()
  return {
    count: countOf(leaves),
    at: (index) => leafAt(leaves, index),
    rootOf(size) {
      const root = roots.get(size) ?? rootOf(leaves, size)
      roots.set(size, root)
      return root
    },
  }
}

export const toBase64 = (value: Hash): string => Buffer.from(value, 'latin1').toString('base64')
/** Null for what is no hash. */
export function fromBase64(text: string): Hash | null {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === hashBytes && bytes.toString('base64') === text ? bytes.toString('latin1') : null
}
