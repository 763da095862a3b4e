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

/** One around the other. Nobody needs more: what comes in them is recorded by its size. */
const mostCodings = 4

/** Whether a body is as its `Content-Type` says, without a coding around it. */
export function isPlain(encoding: string | undefined): boolean {
  return namesIn(encoding).length === 0
}

/** Throws for what cannot be decoded, or is longer than `limit` bytes then. */
export function decode(bytes: Buffer, encoding: string | undefined, limit: number): Buffer {
  return codingsOf(encoding).reduce((coded, { whole }) => whole(coded, { maxOutputLength: limit }), bytes)
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
  return decodingOf(codingsOf(encoding), onPiece, onBroken)
}

function decodingOf(
  [coding, ...within]: readonly Coding[],
  onPiece: (piece: Buffer) => void,
  onBroken: (bytes: number) => void,
): Decoding {
  if (!coding) return { push: onPiece, done: Promise.resolve(), close: () => {} }
  const stream = coding.pieces()
  let bytes = 0
  let done = Promise.resolve()
  // What is broken or closed reads no further, and calls back for nothing.
  let settle = () => {}
  const inner = decodingOf(within, onPiece, () => stream.destroy(new Error('what it holds is broken')))
  stream.on('data', inner.push)
  stream.once('error', () => onBroken(bytes))
  stream.once('close', () => {
    settle()
    inner.close()
  })
  return {
    push(piece) {
      bytes += piece.length
      if (stream.destroyed) return
      const written = new Promise<void>((resolve) => {
        settle = resolve
        stream.write(piece, () => resolve())
      })
      done = written.then(() => inner.done)
    },
    get done() {
      return done
    },
    close: () => stream.destroy(),
  }
}

/** The one that was applied last comes first. Throws for one that is not known here. */
function codingsOf(encoding: string | undefined): readonly Coding[] {
  const names = namesIn(encoding)
  if (names.length > mostCodings) throw unreadable(encoding)
  return names.reverse().map((name) => {
    const coding = Object.hasOwn(codings, name) ? codings[name] : undefined
    if (!coding) throw unreadable(encoding)
    return coding
  })
}

const unreadable = (encoding = '') => new Error(`its encoding cannot be read here: ${encoding.slice(0, 200)}`)

function namesIn(encoding = ''): string[] {
  const names = encoding.split(',').map((name) => name.trim().toLowerCase())
  return names.filter((name) => name !== '' && name !== 'identity')
}
