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
  /** Called with lines that are on the disk. */
  readonly onWritten?: (lines: Uint8Array) => void
}

export function appendFile(options: AppendFileOptions): AppendFile {
  const { folder, fileName, rollBytes, fsync, onWritten } = options
  const written = { lines: 0, bytes: 0 }
  const waiting = { lines: 0, length: 0 }
  let fresh: string[] = []
  // A group that the disk took a part of, or nothing: it goes first, from where it stopped.
  let group: {
    readonly bytes: Buffer
    readonly lines: number
    readonly length: number
    done: number
  } | null = null
  let file: { readonly descriptor: number; size: number } | null = null

  function nextGroup() {
    if (group || fresh.length === 0) return group
    const text = fresh.join('')
    group = { bytes: Buffer.from(text), lines: fresh.length, length: text.length, done: 0 }
    fresh = []
    return group
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
        while (next.done < next.bytes.length) {
          const taken = writeSync(target.descriptor, next.bytes, next.done)
          next.done += taken
          target.size += taken
        }
        if (fsync) fdatasyncSync(target.descriptor)
        written.lines += next.lines
        written.bytes += next.bytes.length
        waiting.lines -= next.lines
        waiting.length -= next.length
        group = null
        onWritten?.(next.bytes)
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
