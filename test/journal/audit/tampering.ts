import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../../src/journal/audit/finding.ts'
import { segmentName, seriesFiles } from '../../../src/journal/audit/stored-lines.ts'
import { verifyHome } from '../../../src/journal/audit/verify-home.ts'
import type { Home } from '../../../src/journal/home.ts'
import { filesUnder } from '../temporary-home.ts'

/** A change to one file of a home, and what `verify` is to say of it. */
export interface Tampering {
  readonly what: string
  /** From the home. */
  readonly file: string
  readonly change: (bytes: Buffer) => Uint8Array
  readonly found: (finding: Finding) => boolean
}

/** Changes the file, asks, and puts it back: what is wrong with the answer, or null. */
export function misjudged(home: Home, { what, file, change, found }: Tampering): string | null {
  const path = join(home.path, file)
  const before = readFileSync(path)
  writeFileSync(path, change(Buffer.from(before)))
  try {
    const { findings } = verifyHome(home)
    const isFound = findings.length > 0 && findings.every(found)
    return isFound ? null : `${what} of ${file}: ${JSON.stringify(findings)}`
  } finally {
    writeFileSync(path, before)
  }
}

const newline = 0x0a

/** Where each line begins. */
export function lineStarts(bytes: Buffer): readonly number[] {
  const starts = [0]
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, end + 1)) starts.push(end + 1)
  return starts.slice(0, -1)
}

export function flip(home: Home, file: string, position: number, bit: number): Tampering {
  const change = (bytes: Buffer) => {
    bytes[position] = (bytes[position] ?? 0) ^ (1 << bit)
    return bytes
  }
  return { what: `bit ${bit} of byte ${position}`, file, change, found: placeOf(home, file, position) }
}

/** What is to be said of a change at this byte. */
function placeOf(home: Home, file: string, position: number): Tampering['found'] {
  const bytes = readFileSync(join(home.path, file))
  const lines = lineStarts(bytes)
  const line = lines.findLastIndex((start) => start <= position)
  const [, , name = ''] = file.split('/')
  const start = segmentName.exec(name)?.[1]
  if (start !== undefined)
    return ({ file: at, seq, offset }) =>
      at === file && seq === Number(start) + line && offset === lines[line]
  if (name.startsWith('bodies')) return ({ file: at, offset }) => at === file && offset === lines[line]
  if (name === 'leaves') return ({ file: at, seq }) => at === file && seq === Math.floor(position / 32)
  // A key that was changed opens nothing that it has signed.
  if (file === 'audit/register.jsonl' && line > 0)
    return ({ file: at, offset, log }) => log !== null || (at === file && offset === lines[line])
  return ({ file: at }) => at === file || file === 'audit/register.jsonl'
}

/** Files that are evidence, from the home. */
export function evidenceFiles(home: Home): readonly string[] {
  const files = [...filesUnder(home.journal).keys(), ...filesUnder(home.audit).keys()]
  return files
    .map((path) => path.slice(home.path.length + 1))
    .filter((file) => !file.endsWith('recorder.json'))
}

/** Deletion, repetition and reordering of lines, insertion of another, and truncation, all at this entry. */
export function lineTamperings(home: Home, log: string, seq: number): readonly Tampering[] {
  const segment = seriesFiles(join(home.journal, log), segmentName).findLast(({ start }) => start <= seq)
  if (!segment) throw new Error(`no entry ${seq}`)
  const file = `journal/${log}/${segment.name}`
  const starts = lineStarts(readFileSync(segment.path))
  const index = seq - segment.start
  const begin = starts[index] ?? 0
  const found =
    (at: number, offset: number): Tampering['found'] =>
    (finding) =>
      finding.file === file && finding.seq === at && finding.offset === offset
  const edit = (
    what: string,
    change: (lines: Buffer[]) => Buffer[],
    at = seq,
    offset = begin,
  ): Tampering => ({
    ...{ what: `${what} ${seq}`, file, found: found(at, offset) },
    change: (bytes) =>
      Buffer.concat(
        change(starts.map((start, line) => bytes.subarray(start, starts[line + 1] ?? bytes.length))),
      ),
  })
  const isLast = index === starts.length - 1
  const next = starts[index + 1] ?? 0
  return [
    // Without its last line the log ends earlier, or the next segment begins too late.
    ...(isLast ? [] : [edit('deletion of entry', (lines) => lines.toSpliced(index, 1))]),
    ...(isLast
      ? []
      : [
          edit('swap of entry', (lines) =>
            lines.toSpliced(index, 2, ...lines.slice(index, index + 2).reverse()),
          ),
          edit(
            'repetition of entry',
            (lines) => lines.toSpliced(index, 0, lines[index] ?? Buffer.alloc(0)),
            seq + 1,
            next,
          ),
        ]),
    edit('another entry at', (lines) => lines.toSpliced(index, 1, Buffer.from('{"v":1}\n'))),
    edit('truncation after entry', (lines) => lines.slice(0, index), seq, begin),
  ]
}
