import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Lines on their way to a series of files, each opened when the one before it is full. */
export interface AppendFile {
  add(line: string): void
  /** Lines and characters that are not on the disk yet. */
  readonly waiting: { readonly lines: number; readonly length: number }
  /** One system call as a rule. Throws what the disk says; what was not written waits, and no line is torn by it for good. */
  write(): void
  close(): void
}

export interface AppendFileOptions {
  /** Called when the first file is opened. */
  readonly folder: () => string
  /** Of the next file, from what all files before it hold. */
  readonly fileName: (before: { readonly lines: number; readonly bytes: number }) => string
  readonly rollBytes: number
  readonly fsync: boolean
  /** Called with lines that are on the disk; the bytes are theirs until it returns. */
  readonly onWritten?: (lines: Uint8Array) => void
}

/** Where a group is encoded that surely fits: fresh memory for each would cost more than to write it. */
const pageBytes = 256 * 1024
const longestCharacter = 3

/** Lines that are written at once. */
interface Group {
  readonly lines: number
  /** Of them, in UTF-16 units. */
  readonly length: number
  /** They stand at its beginning. */
  readonly bytes: Buffer
  readonly size: number
  /** Bytes that the disk has taken. */
  done: number
}

export function appendFile(options: AppendFileOptions): AppendFile {
  const { folder, fileName, rollBytes, fsync, onWritten } = options
  const written = { lines: 0, bytes: 0 }
  const waiting = { lines: 0, length: 0 }
  let fresh: string[] = []
  let page: Buffer | null = null
  // A group that the disk took a part of, or nothing: it goes first, from where it stopped, and has the page until then.
  let group: Group | null = null
  let file: { readonly descriptor: number; size: number } | null = null

  function nextGroup() {
    if (group || fresh.length === 0) return group
    group = encoded(fresh)
    fresh = []
    return group
  }

  function encoded(fresh: readonly string[]): Group {
    const text = fresh.join('')
    const { length } = text
    const lines = fresh.length
    if (length * longestCharacter > pageBytes) {
      const bytes = Buffer.from(text)
      return { lines, length, bytes, size: bytes.length, done: 0 }
    }
    page ??= Buffer.allocUnsafeSlow(pageBytes)
    return { lines, length, bytes: page, size: page.write(text), done: 0 }
  }

  function openFile() {
    if (file && file.size >= rollBytes && group?.done === 0) closeFile()
    if (file) return file
    const place = folder()
    file = { descriptor: openSync(join(place, fileName(written)), 'ax', 0o600), size: 0 }
    if (fsync) syncFolder(place)
    return file
  }

  function closeFile() {
    if (file) closeSync(file.descriptor)
    file = null
  }

  return {
    waiting,
    add(line) {
      fresh.push(line)
      waiting.lines += 1
      waiting.length += line.length
    },
    write() {
      for (let next = nextGroup(); next; next = nextGroup()) {
        const target = openFile()
        while (next.done < next.size) {
          const taken = writeSync(target.descriptor, next.bytes, next.done, next.size - next.done)
          next.done += taken
          target.size += taken
        }
        if (fsync) fdatasyncSync(target.descriptor)
        written.lines += next.lines
        written.bytes += next.size
        waiting.lines -= next.lines
        waiting.length -= next.length
        group = null
        onWritten?.(next.bytes.subarray(0, next.size))
      }
    },
    close: closeFile,
  }
}

/** Without it a new file may be gone after a power cut, however well its bytes are kept. */
function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
