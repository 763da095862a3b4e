import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { bodyRefs } from '../../../src/journal/audit/body-refs.ts'
import { leavesFile } from '../../../src/journal/audit/log-seal.ts'
import { growingTree, type Hash, leafList } from '../../../src/journal/audit/merkle-tree.ts'
import { readRegister } from '../../../src/journal/audit/register.ts'
import { judgeEntry, type LogScan } from '../../../src/journal/audit/scan-log.ts'
import {
  linesIn,
  packName,
  segmentName,
  seriesFiles,
  storedLines,
} from '../../../src/journal/audit/stored-lines.ts'
import { bodyJudge } from '../../../src/journal/audit/verify-bodies.ts'
import { entryFindings, type ReadLog, readLog } from '../../../src/journal/audit/verify-log.ts'
import type { Home } from '../../../src/journal/home.ts'

// A bit that is flipped changes one line, unless it makes a newline or takes one away: a log is read line by line, and all but
// that line are read as before. So what `verify` says of it follows from what it says of this line, by itself, and from a tree in
// which one leaf is another: each flip is asked of the functions that `verify` reads, judges and locates lines with.

/** A bit of a file of the home. */
export interface Flip {
  readonly file: string
  readonly position: number
  readonly bit: number
}

export interface Tally {
  flips: number
  found: number
  /** Those that were not, the first of them. */
  readonly missed: Flip[]
  /** One of each line. */
  readonly samples: Flip[]
  /** Those that make or remove a newline: they are for the whole `verify`, and not among the flips. */
  readonly ofNewlines: Flip[]
}

export const newTally = (): Tally => ({ flips: 0, found: 0, missed: [], samples: [], ofNewlines: [] })

const newline = 0x0a

interface FileLine {
  /** From the home. */
  readonly file: string
  readonly offset: number
  /** The line, prefixed, and its newline; one for all flips. */
  readonly bytes: Buffer
}

/** Calls `isFound` with each flip of the line, as the product splits it; the flip is undone after it. */
function flipLine(
  { file, offset, bytes }: FileLine,
  tally: Tally,
  isFound: (prefixed: Buffer) => boolean,
): void {
  const flipAt = (place: number, bit: number): Flip => ({ file, position: offset + place - 1, bit })
  const sampled = 1 + (offset % (bytes.length - 2))
  for (let place = 1; place < bytes.length; place++) {
    const before = bytes[place] ?? 0
    for (let bit = 0; bit < 8; bit++) {
      const after = before ^ (1 << bit)
      if (before === newline || after === newline) {
        tally.ofNewlines.push(flipAt(place, bit))
        continue
      }
      if (place === sampled && bit === place % 7) tally.samples.push(flipAt(place, bit))
      bytes[place] = after
      const [prefixed, ...others] = linesIn(bytes)
      const isOne = prefixed !== undefined && prefixed.length === bytes.length - 1 && others.length === 0
      tally.flips += 1
      if (isOne && isFound(prefixed)) tally.found += 1
      else if (tally.missed.length < 20) tally.missed.push(flipAt(place, bit))
    }
    bytes[place] = before
  }
}

/** Every bit of these entries, each found at its entry. */
export function flipEntries(home: Home, log: string, isWanted: (seq: number) => boolean, tally: Tally): void {
  const read = readWhole(home, log)
  forEachEntry(home, log, isWanted, ({ file, offset, bytes, name, seq }) => {
    const own = judgeEntry({ prefixed: bytes.subarray(0, -1), offset, file: { name }, seq }, read.scan).leaf
    let roots: LogScan['roots'] | null = null
    flipLine({ file, offset, bytes }, tally, (prefixed) => {
      const entry = judgeEntry({ prefixed, offset, file: { name }, seq }, read.scan)
      if (entry.leaf !== own) roots ??= rootsWith(read, seq, entry.leaf)
      const scan = {
        ...read.scan,
        firstChanged: entry.isChanged ? entry.place() : null,
        firstMisplaced: entry.isMisplaced ? entry.place() : null,
        roots: roots ?? read.scan.roots,
      }
      const [finding, another] = entryFindings({ ...read, scan })
      return finding?.file === name && finding.seq === seq && finding.offset === offset && !another
    })
  })
}

/** Every bit of the leaves that the recorder has kept of these entries, each found at its leaf. */
export function flipLeaves(home: Home, log: string, isWanted: (seq: number) => boolean, tally: Tally): void {
  const read = readWhole(home, log)
  const leaves = readFileSync(leavesFile(join(home.journal, log)))
  const stored = leafList(leaves)
  forEachEntry(home, log, isWanted, ({ offset, bytes, name, seq }) => {
    for (let bit = 0; bit < 256; bit++) {
      const position = seq * 32 + (bit >> 3)
      leaves[position] = (leaves[position] ?? 0) ^ (1 << (bit & 7))
      const line = { prefixed: bytes.subarray(0, -1), offset, file: { name }, seq }
      const entry = judgeEntry(line, { log, stored })
      const scan = { ...read.scan, stored, firstChanged: entry.isChanged ? entry.place() : null }
      const [finding, another] = entryFindings({ ...read, scan })
      tally.flips += 1
      if (finding?.file === 'leaves' && finding.seq === seq && !another) tally.found += 1
      else tally.missed.push({ file: 'leaves', position, bit: bit & 7 })
      leaves[position] = (leaves[position] ?? 0) ^ (1 << (bit & 7))
    }
  })
}

/** Every bit of the bodies, each found at its line. */
export function flipBodies(home: Home, log: string, isWanted: (body: number) => boolean, tally: Tally): void {
  const refs = bodyRefs()
  readWhole(home, log, refs.onEntry)
  const judge = bodyJudge({ refs, isTrusted: true, key: readFileSync(join(home.keys, 'bodies.key')) })
  let number = 0
  for (const { name, path } of seriesFiles(join(home.journal, log), packName))
    for (const { prefixed, offset } of storedLines(path)) {
      if (!isWanted(number++)) continue
      const line = { file: `journal/${log}/${name}`, offset, bytes: withNewline(prefixed) }
      flipLine(line, tally, (flipped) => {
        const { problem, hasOwnKey } = judge(flipped)
        return problem !== null || hasOwnKey === false
      })
    }
}

function readWhole(
  home: Home,
  log: string,
  onEntry: (prefixed: Buffer, seq: number) => void = () => {},
): ReadLog {
  const register = readRegister(home)
  const read = readLog(home, log, {
    ...{ keys: register?.keys ?? [], registered: register?.logs.get(log), claims: [], onEntry },
  })
  if (read.problems.length > 0 || entryFindings(read).length > 0)
    throw new Error('the log is not as it was written')
  return read
}

interface EntryFileLine extends FileLine {
  /** Of the segment. */
  readonly name: string
  readonly seq: number
}

function forEachEntry(
  home: Home,
  log: string,
  isWanted: (seq: number) => boolean,
  act: (line: EntryFileLine) => void,
): void {
  for (const { name, path, start } of seriesFiles(join(home.journal, log), segmentName)) {
    let seq = start
    for (const { prefixed, offset } of storedLines(path)) {
      if (isWanted(seq))
        act({ file: `journal/${log}/${name}`, name, offset, seq, bytes: withNewline(prefixed) })
      seq += 1
    }
  }
}

const withNewline = (prefixed: Buffer) => Buffer.concat([prefixed, Buffer.of(newline)])

/** What the log adds up to with another leaf in this place; that it adds up to something else is told too. */
function rootsWith({ scan, claims }: ReadLog, seq: number, leaf: Hash): LogScan['roots'] {
  const sizes = new Set(claims.map(({ size }) => size))
  const roots = new Map(scan.roots)
  const tree = growingTree()
  for (let index = 0; index < scan.entries; index++) {
    tree.add(index === seq ? leaf : scan.stored.at(index))
    if (index >= seq && sizes.has(tree.size)) roots.set(tree.size, tree.root())
  }
  return roots
}
