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
    let start = 0
    for (; left > 0; left--) {
      const end = chunk.indexOf(newline, start)
      if (end < 0) break
      start = end + 1
    }
    if (left > 0) continue
    const lines: Line[] = []
    const end = chunk.indexOf(newline, start)
    if (end >= 0 && pieces.length > 0) {
      const line = Buffer.concat([...pieces, chunk.subarray(start, end)])
      lines.push({ line: line.toString('utf8'), bytes: line.length })
      pieces = []
      start = end + 1
    }
    const last = chunk.lastIndexOf(newline)
    if (last >= start) {
      addLines(lines, chunk.subarray(start, last + 1))
      start = last + 1
    }
    if (start < chunk.length) pieces.push(chunk.subarray(start))
    yield lines
  }
}

/** Lines that all end with a newline. Where each character is a byte they are parts of one text, which is not copied. */
function addLines(lines: Line[], bytes: Buffer): void {
  const text = bytes.toString('utf8')
  if (text.length === bytes.length) {
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start)
      lines.push({ line: text.slice(start, end), bytes: end - start })
      start = end + 1
    }
    return
  }
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(newline, start)
    lines.push({ line: bytes.toString('utf8', start, end), bytes: end - start })
    start = end + 1
  }
}
