import { readIfThere } from '../home.ts'
import type { TreeHead } from './checkpoint.ts'
import { leavesFile } from './log-seal.ts'
import { growingTree, type Hash, type LeafList, leafList, prefixedLeaf } from './merkle-tree.ts'
import { type SeriesFile, segmentName, seriesFiles, storedLines } from './stored-lines.ts'

/** A place in a log: an entry, by the number it should have. */
export interface Place {
  readonly seq: number
  /** The name of the segment. */
  readonly file: string
  readonly offset: number
  /** The number that the line itself says; null where it is no entry of this log. */
  readonly claimed: number | null
  readonly leaf: Hash | null
}

export interface LogScan {
  readonly log: string
  readonly entries: number
  readonly bytes: number
  /** Of all entries. */
  readonly root: Hash
  /** What the entries add up to, at each of the sizes that were asked for and reached. */
  readonly roots: ReadonlyMap<number, Hash>
  readonly stored: LeafList
  /** Where the entry stands that follows each of these sizes. */
  readonly following: ReadonlyMap<number, Place>
  /** The first entry that is another one than the recorder's leaf says. */
  readonly firstChanged: Place | null
  /** Where the first line should be that does not say that it is the next entry. */
  readonly firstMisplaced: Place | null
  /** Where the log ends. */
  readonly end: Place
  /** Bytes after the last whole line. */
  readonly tornBytes: number
}

/** Called with each line, prefixed as a leaf, which is valid during the call only. */
export type OnEntry = (prefixed: Buffer, seq: number) => void

/** Reads a log once, from its first byte to its last. */
export function scanLog(
  folder: string,
  log: string,
  { sizes, onEntry }: { readonly sizes: readonly number[]; readonly onEntry?: OnEntry },
): LogScan {
  const stored = leafList(readIfThere(leavesFile(folder)) ?? Buffer.alloc(0))
  const tree = growingTree()
  const wanted = new Set(sizes)
  const roots = new Map<number, Hash>(wanted.has(0) ? [[0, tree.root()]] : [])
  const found: { firstChanged: Place | null; firstMisplaced: Place | null } = {
    firstChanged: null,
    firstMisplaced: null,
  }
  const following = new Map<number, Place>()
  let end: Place = { seq: 0, file: '', offset: 0, claimed: null, leaf: null }
  let [bytes, tornBytes] = [0, 0]
  for (const file of seriesFiles(folder, segmentName)) {
    if (file.start !== tree.size)
      found.firstMisplaced ??= {
        ...(end.file === '' ? placeOf(file, tree.size, 0) : end),
        claimed: file.start,
      }
    end = placeOf(file, tree.size, 0)
    for (const { prefixed, offset, isWhole } of storedLines(file.path)) {
      if (!isWhole) {
        tornBytes = prefixed.length - 1
        break
      }
      const seq = tree.size
      const entry = judgeEntry({ prefixed, offset, file, seq }, { log, stored })
      if (entry.isMisplaced) found.firstMisplaced ??= entry.place()
      if (entry.isChanged) found.firstChanged ??= entry.place()
      if (wanted.has(seq)) following.set(seq, entry.place())
      tree.add(entry.leaf)
      bytes += prefixed.length
      if (wanted.has(tree.size)) roots.set(tree.size, tree.root())
      onEntry?.(prefixed, seq)
      end = placeOf(file, tree.size, offset + prefixed.length)
    }
  }
  return {
    log,
    entries: tree.size,
    bytes,
    root: tree.root(),
    roots,
    stored,
    following,
    ...found,
    end,
    tornBytes,
  }
}

/** A whole line, prefixed as a leaf, where entry `seq` belongs. */
export interface EntryLine {
  readonly prefixed: Buffer
  readonly offset: number
  readonly file: Pick<SeriesFile, 'name'>
  readonly seq: number
}

/** What one line says by itself. */
export function judgeEntry(
  { prefixed, offset, file, seq }: EntryLine,
  { log, stored }: Pick<LogScan, 'log' | 'stored'>,
) {
  const head = `{"v":1,"log":"${log}","seq":`
  const leaf = prefixedLeaf(prefixed)
  return {
    leaf,
    /** It does not say that it is this entry. */
    isMisplaced: !isEntry(prefixed, head, seq),
    /** It is another one than the recorder's leaf says. */
    isChanged: seq < stored.count && leaf !== stored.at(seq),
    place: (): Place => ({ ...placeOf(file, seq, offset), claimed: claimOf(prefixed, head), leaf }),
  }
}

const placeOf = ({ name }: Pick<SeriesFile, 'name'>, seq: number, offset: number): Place => ({
  ...{ seq, file: name, offset, claimed: null, leaf: null },
})

/** The envelope is written in one way only. */
function isEntry(prefixed: Buffer, head: string, seq: number): boolean {
  const expected = `${head}${seq},`
  return prefixed.toString('latin1', 1, 1 + expected.length) === expected
}

function claimOf(prefixed: Buffer, head: string): number | null {
  const text = prefixed.toString('latin1', 1, 1 + head.length + 20)
  const digits = text.startsWith(head) ? /^\d+(?=,)/.exec(text.slice(head.length)) : null
  return digits ? Number(digits[0]) : null
}

/** Whether the entries add up to what was signed for. */
export function agrees({ roots }: LogScan, { size, root }: TreeHead): boolean {
  return roots.get(size) === root
}
