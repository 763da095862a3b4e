import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { nearest } from '../domain/nearest.ts'
import { describeError, type Location, UsageError } from '../errors.ts'

export type DocumentPath = readonly PropertyKey[]

/** A file that a person wrote, read into plain values that remember where they were written. */
export interface LocatedDocument {
  /** As a person would type it from where the command runs. */
  readonly file: string
  /** Absolute; paths in the file are relative to it. */
  readonly folder: string
  readonly value: unknown
  /** Where the value at `path` begins; where there is none, its nearest ancestor. */
  readonly locate: (path: DocumentPath) => Location
  /** Where the key that `path` ends in begins. */
  readonly locateKey: (path: DocumentPath) => Location
}

export interface SourceText {
  readonly file: string
  readonly folder: string
  /** Without a byte order mark, which would shift the columns of line 1. */
  readonly text: string
}

/** Relative to `cwd` where that is shorter to read, else absolute. */
export function displayPath(path: string, cwd: string): string {
  const fromHere = relative(cwd, path)
  return fromHere === '' || fromHere.startsWith(`..${sep}`) || isAbsolute(fromHere) ? path : fromHere
}

/** Throws a `UsageError` that names the files most like the one that is not there. */
export async function readSource(path: string, cwd: string): Promise<SourceText> {
  const absolute = resolve(cwd, path)
  const file = displayPath(absolute, cwd)
  try {
    const text = await readFile(absolute, 'utf8')
    return { file, folder: dirname(absolute), text: text.replace(/^\uFEFF/, '') }
  } catch (cause) {
    throw new UsageError([await unreadable(absolute, file, cause)], { cause })
  }
}

async function unreadable(absolute: string, file: string, cause: unknown) {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code !== 'ENOENT') return { message: `${file} cannot be read: ${describeError(cause)}` }
  const siblings = await readdir(dirname(absolute)).catch(() => [])
  const similar = nearest(basename(absolute), siblings)
  return {
    message: `no such file: ${file}`,
    ...(similar.length > 0 && { hint: `did you mean ${similar.join(' or ')}?` }),
  }
}

/** The place of a character; `offset` counts UTF-16 units from 0. */
export function locationAt(source: SourceText, offset: number): Location {
  const starts = lineStartsOf(source)
  let line = 0
  // The last line that begins no later.
  for (let end = starts.length; line + 1 < end; ) {
    const middle = (line + end) >> 1
    if ((starts[middle] ?? 0) <= offset) line = middle
    else end = middle
  }
  return { file: source.file, line: line + 1, column: offset - (starts[line] ?? 0) + 1 }
}

// A suite of thousands of cases asks for the place of each.
const lineStarts = new WeakMap<SourceText, readonly number[]>()

function lineStartsOf(source: SourceText): readonly number[] {
  const known = lineStarts.get(source)
  if (known) return known
  const starts = [0]
  for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1))
    starts.push(at + 1)
  lineStarts.set(source, starts)
  return starts
}
