const newline = 0x0a

export interface Line {
  readonly line: string
  readonly bytes: number
}

/** The lines of a stream that end with a newline, which is not part of them, by its chunks; what follows the last one is left out. */
export async function* wholeLines(chunks: AsyncIterable<Buffer>): AsyncIterable<readonly Line[]> {
  let pieces: Buffer[] = []
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
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
