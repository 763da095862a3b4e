import { createHash } from 'node:crypto'
import type { Location } from '../errors.ts'

export interface PolicyFile {
  /** Absolute. */
  readonly path: string
  readonly text: string
}

/** SHA-256 over policy texts in their order, in hex. */
export function hashTexts(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex')
}

/** Line and column, from 1, of an offset in UTF-8 bytes, as Cedar counts. Columns are counted in UTF-16 units, as editors do. */
export function placeOf(
  text: string,
  byteOffset: number,
): { readonly line: number; readonly column: number } {
  const before = Buffer.from(text).subarray(0, byteOffset).toString('utf8')
  const lines = before.split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

export function locationIn(file: PolicyFile, byteOffset: number): Location {
  return { file: file.path, ...placeOf(file.text, byteOffset) }
}
