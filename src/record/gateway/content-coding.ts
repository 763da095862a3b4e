import * as zlib from 'node:zlib'
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzipSync,
  inflateSync,
} from 'node:zlib'

interface Coding {
  readonly whole: (bytes: Buffer, limits: { readonly maxOutputLength: number }) => Buffer
  /** Gives what it can read of a piece before it asks for the next. */
  readonly pieces: () => ReturnType<typeof createGunzip | typeof createBrotliDecompress>
}

const flush = { flush: constants.Z_SYNC_FLUSH }
const gzip: Coding = { whole: gunzipSync, pieces: () => createGunzip(flush) }

/** Node has it from 22.15 on; null before. */
function zstandard(): Coding | null {
  const known: Readonly<Record<string, unknown>> = zlib
  const { zstdDecompressSync: whole, createZstdDecompress: pieces } = known
  return isWhole(whole) && isPieces(pieces) ? { whole, pieces: () => pieces() } : null
}

const isWhole = (value: unknown): value is Coding['whole'] => typeof value === 'function'
const isPieces = (value: unknown): value is Coding['pieces'] => typeof value === 'function'
const zstd = zstandard()

/** RFC 9110, 8.4.1, and RFC 8878, by name. */
const codings: Readonly<Record<string, Coding>> = {
  gzip,
  'x-gzip': gzip,
  deflate: { whole: inflateSync, pieces: () => createInflate(flush) },
  br: {
    whole: brotliDecompressSync,
    pieces: () => createBrotliDecompress({ flush: constants.BROTLI_OPERATION_FLUSH }),
  },
  ...(zstd && { zstd }),
}

/** Whether a body is as its `Content-Type` says, without a coding around it. */
export function isPlain(encoding: string | undefined): boolean {
  return encoding === undefined || named(encoding) === 'identity'
}

/** Throws for what cannot be decoded, or is longer than `limit` bytes then. */
export function decode(bytes: Buffer, encoding: string | undefined, limit: number): Buffer {
  if (isPlain(encoding)) return bytes
  return codingOf(encoding).whole(bytes, { maxOutputLength: limit })
}

/** Decodes what passes, piece by piece. */
export interface Decoding {
  push(piece: Buffer): void
  /** Resolves once all that was pushed is decoded, as far as it can be. */
  readonly done: Promise<void>
  close(): void
}

/** Throws for a coding that is not known here. `onBroken` is told where so many bytes are not what it says. */
export function decoding(
  encoding: string | undefined,
  onPiece: (piece: Buffer) => void,
  onBroken: (bytes: number) => void,
): Decoding {
  const stream = codingOf(encoding).pieces()
  let bytes = 0
  let done = Promise.resolve()
  // What is broken or closed reads no further, and calls back for nothing.
  let settle = () => {}
  stream.on('data', onPiece)
  stream.once('error', () => onBroken(bytes))
  stream.once('close', () => settle())
  return {
    push(piece) {
      bytes += piece.length
      if (stream.destroyed) return
      done = new Promise((resolve) => {
        settle = resolve
        stream.write(piece, () => resolve())
      })
    },
    get done() {
      return done
    },
    close: () => stream.destroy(),
  }
}

function codingOf(encoding = ''): Coding {
  const coding = Object.hasOwn(codings, named(encoding)) ? codings[named(encoding)] : undefined
  if (!coding) throw new Error(`its encoding cannot be read here: ${encoding}`)
  return coding
}

function named(encoding: string): string {
  return encoding.trim().toLowerCase()
}
