import { countOf, type Hash, leafAt, nodeHash, toBase64 } from './merkle-tree.ts'

/** A tree whose leaves are at hand, for proofs of many of them: each subtree is hashed once. */
export function inclusionProofs(leaves: Buffer, size = countOf(leaves)): (index: number) => readonly Hash[] {
  const known = new Map<string, Hash>()

  function root(start: number, end: number): Hash {
    if (end - start === 1) return leafAt(leaves, start)
    const name = `${start}-${end}`
    const earlier = known.get(name)
    if (earlier !== undefined) return earlier
    const middle = start + split(end - start)
    const made = nodeHash(root(start, middle), root(middle, end))
    known.set(name, made)
    return made
  }

  function path(index: number, start: number, end: number): readonly Hash[] {
    if (end - start <= 1) return []
    const middle = start + split(end - start)
    return index < middle
      ? [...path(index, start, middle), root(middle, end)]
      : [...path(index, middle, end), root(start, middle)]
  }

  return (index) => path(index, 0, size)
}

/** The largest power of two below `size`. */
function split(size: number): number {
  let power = 1
  while (power * 2 < size) power *= 2
  return power
}

/** The root that a proof leads to, by RFC 9162, section 2.1.3.2; null where its length does not fit. */
export function rootFromProof(
  leaf: Hash,
  { index, size }: { readonly index: number; readonly size: number },
  path: readonly Hash[],
): Hash | null {
  if (index >= size) return null
  let [position, last, root] = [index, size - 1, leaf]
  for (const sibling of path) {
    if (last === 0) return null
    const isRight = position % 2 === 1
    root = isRight || position === last ? nodeHash(sibling, root) : nodeHash(root, sibling)
    if (!isRight && position === last)
      while (position % 2 === 0 && position !== 0) [position, last] = [position / 2, Math.floor(last / 2)]
    ;[position, last] = [Math.floor(position / 2), Math.floor(last / 2)]
  }
  return last === 0 ? root : null
}

/** https://c2sp.org/tlog-proof: with the checkpoint, all that is needed besides the entry and the key. */
export function tlogProof(index: number, path: readonly Hash[], checkpoint: string): string {
  return ['c2sp.org/tlog-proof@v1', `index ${index}`, ...path.map(toBase64), '', checkpoint].join('\n')
}
