import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'

const newline = 0x0a
const chunkBytes = 1024 * 1024

export interface StoredLine {
  /** 0x00, then the line without its newline, as a leaf is hashed; valid until the next one is asked for. */
  readonly prefixed: Buffer
  /** Where the line begins in its file. */
  readonly offset: number
  /** False of a last line that has no newline. */
  readonly isWhole: boolean
}

/** The whole lines that follow the first byte, each prefixed in place; no newline stands before `unseen`. */
export function* linesIn(buffer: Buffer, unseen = 1): Iterable<Buffer> {
  let start = 1
  for (let end = buffer.indexOf(newline, unseen); end >= 0; end = buffer.indexOf(newline, end + 1)) {
    buffer[start - 1] = 0
    yield buffer.subarray(start - 1, end)
    start = end + 1
  }
}

/** The lines of a file, byte for byte, without a copy of each. */
export function* storedLines(path: string): Iterable<StoredLine> {
  const file = openSync(path, 'r')
  try {
    // One byte is kept free before the first line, for the prefix.
    let buffer = Buffer.allocUnsafe(2 + Math.min(fstatSync(file).size, chunkBytes))
    buffer[0] = 0
    let filled = 1
    let offset = 0
    for (;;) {
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2)
      const unseen = filled
      const taken = readSync(file, buffer, filled, buffer.length - filled, null)
      if (taken === 0) break
      filled += taken
      let start = 1
      for (const prefixed of linesIn(buffer.subarray(0, filled), unseen)) {
        yield { prefixed, offset: offset + start - 1, isWhole: true }
        start += prefixed.length
      }
      buffer.copyWithin(1, start, filled)
      filled -= start - 1
      offset += start - 1
    }
    buffer[0] = 0
    if (filled > 1) yield { prefixed: buffer.subarray(0, filled), offset, isWhole: false }
  } finally {
    closeSync(file)
  }
}

/** A file of a series, which is named after the number of what it begins with. */
export interface SeriesFile {
  readonly name: string
  readonly path: string
  readonly start: number
}

export const segmentName = /^(\d{12})\.jsonl$/
export const packName = /^bodies-(\d{15})\.jsonl$/

/** In order; none where there is no such folder. */
export function seriesFiles(folder: string, pattern: RegExp): readonly SeriesFile[] {
  return listFolder(folder).flatMap((name) => {
    const start = pattern.exec(name)?.[1]
    return start === undefined ? [] : [{ name, path: join(folder, name), start: Number(start) }]
  })
}

export function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
