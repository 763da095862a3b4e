/** One line of a newline-delimited stream, without its newline. */
export interface Frame {
  /** The whole line; null where it is longer than the copy that is kept of it. */
  readonly text: string | null
  /** Of the whole line. */
  readonly bytes: number
  /** The first and last characters of a line that was too long to be kept: enough to tell what it answers. */
  readonly edges?: { readonly head: string; readonly tail: string }
}

/** `replace` gets all of the frame, its newline too. `hold`: its owner forwards it later, or never. */
export type Verdict = 'forward' | 'hold' | { readonly replace: (whole: Buffer) => Uint8Array }

export interface FramingOptions {
  /** Asked at each frame's end, before its last byte leaves. */
  readonly onFrame: (frame: Frame) => Verdict
  /** Called once a chunk that ended frames was looked through, before it leaves. */
  readonly onGroup?: () => void
  /** Frames longer than this are forwarded all the same, and not kept; 1 at least. */
  readonly copyBytes: number
  /** Whether frames wait for their verdict as a whole. Otherwise all but a frame's last chunk has left, and `forward` is the only verdict. */
  readonly buffered?: boolean
}

export interface Framing {
  /** What may leave now, in order. */
  push(chunk: Buffer): readonly Uint8Array[]
  /** The stream has ended: a last line without a newline is a frame too. */
  end(): readonly Uint8Array[]
}

const newline = 0x0a
const longestEdgeBytes = 4096

/** Cuts a stream of bytes into lines, whatever its chunks, and lets through exactly what came in unless a verdict differs. */
export function ndjsonFraming({ onFrame, onGroup, copyBytes, buffered = false }: FramingOptions): Framing {
  let copy = lineCopy(copyBytes)
  let waiting: Uint8Array[] = []

  function endFrame(bytes: Buffer): readonly Uint8Array[] {
    const frame = copy.frame()
    copy = lineCopy(copyBytes)
    const verdict = frame.bytes === 0 ? 'forward' : onFrame(frame)
    const whole = [...waiting, bytes]
    waiting = []
    if (verdict === 'forward') return whole
    return verdict === 'hold' ? [] : [verdict.replace(Buffer.concat(whole))]
  }

  function pushBuffered(chunk: Buffer): readonly Uint8Array[] {
    const leaving: Uint8Array[] = []
    const rest = eachLine(chunk, (start, end) => {
      copy.add(chunk.subarray(start, end))
      leaving.push(...endFrame(chunk.subarray(start, end + 1)))
    })
    copy.add(rest)
    if (rest.length > 0) waiting.push(rest)
    if (rest.length < chunk.length) onGroup?.()
    return leaving
  }

  function pushStreaming(chunk: Buffer): readonly Uint8Array[] {
    const rest = eachLine(chunk, (start, end) => {
      copy.add(chunk.subarray(start, end))
      endFrame(chunk)
    })
    copy.add(rest)
    if (rest.length < chunk.length) onGroup?.()
    return [chunk]
  }

  return {
    push: buffered ? pushBuffered : pushStreaming,
    end() {
      const leaving = copy.length > 0 ? endFrame(Buffer.alloc(0)) : []
      onGroup?.()
      return buffered ? leaving : []
    },
  }
}

/** Calls back with each line's bounds; returns what follows the last newline. */
function eachLine(chunk: Buffer, onLine: (start: number, end: number) => void): Buffer {
  let start = 0
  for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
    onLine(start, end)
    start = end + 1
  }
  return start === 0 ? chunk : chunk.subarray(start)
}

/** Gathers one line, of which it keeps the edges only once it is longer than `limit` bytes. */
function lineCopy(limit: number) {
  let pieces: Buffer[] = []
  let length = 0
  let head: Buffer | null = null
  const edgeBytes = Math.min(limit, longestEdgeBytes)

  function keepEdges(): void {
    const joined = Buffer.concat(pieces)
    head ??= Buffer.from(joined.subarray(0, edgeBytes))
    pieces = [Buffer.from(joined.subarray(-edgeBytes))]
  }

  return {
    get length() {
      return length
    },
    add(piece: Buffer): void {
      if (piece.length === 0) return
      pieces.push(piece)
      length += piece.length
      if (length > limit) keepEdges()
    },
    frame(): Frame {
      const [only = Buffer.alloc(0)] = pieces
      if (head) return { text: null, bytes: length, edges: { head: head.toString(), tail: only.toString() } }
      const line = pieces.length > 1 ? Buffer.concat(pieces) : only
      return { text: line.toString(), bytes: length }
    },
  }
}
