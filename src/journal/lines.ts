const newline = 0x0a

export interface Line {
  readonly line: string
  readonly bytes: number
}

/**
 * The lines of a stream that end with a newline, which is not part of them, by its chunks; what follows the last one is left
 * out, and so are the first lines, as many as `skipped` says, at a third of the cost.
 */
export async function* wholeLines(
  chunks: AsyncIterable<Buffer>,
  skipped = 0,
): AsyncIterable<readonly Line[]> {
  let pieces: Buffer[] = []
  let left = skipped
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let start = 0
    for (; left > 0; left--) {
      const end = chunk.indexOf(newline, start)
      if (end < 0) break
      start = end + 1
    }
    if (left > 0) continue
    for (let end = chunk.indexOf(newline, start); end >= 0; end = chunk.indexOf(newline, start)) {
      pieces.push(chunk.subarray(start, end))
      const line = pieces.length === 1 ? (pieces[0] ?? chunk) : Buffer.concat(pieces)
      lines.push({ line: line.toString('utf8'), bytes: line.length })
      pieces = []
      start = end + 1
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start))
    yield lines
  }
}
