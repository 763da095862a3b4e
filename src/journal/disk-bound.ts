import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isCode } from './home.ts'

/** How often it is looked at what there is: other recorders write too, and somebody may have made room. */
const lookAgainMs = 10_000
const lookAgainWhenFullMs = 1_000

const megabyte = 1_000_000

/** Holds the files below a folder to a size. */
export interface DiskBound {
  /** Throws where that many bytes more are too many. */
  admit(bytes: number): void
}

export function diskBound(folder: string, maxBytes: number): DiskBound {
  let used = 0
  let lookedMs = Number.NEGATIVE_INFINITY
  return {
    admit(bytes) {
      const waitMs = used + bytes > maxBytes ? lookAgainWhenFullMs : lookAgainMs
      if (performance.now() - lookedMs > waitMs) {
        used = bytesBelow(folder)
        lookedMs = performance.now()
      }
      if (used + bytes > maxBytes) {
        const [has, may, more] = [used, maxBytes, bytes].map(
          (size) => `${Number((size / megabyte).toPrecision(2))} MB`,
        )
        if (bytes > maxBytes)
          throw new Error(`the journal may have ${may}, and ${more} came at once: raise journal.maxMegabytes`)
        throw new Error(
          `the journal has ${has} and may have ${may}: raise journal.maxMegabytes, or move old logs away`,
        )
      }
      used += bytes
    },
  }
}

/** Of all files in a folder and in those below it. */
export function bytesBelow(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.reduce(
    (sum, entry) => sum + (entry.isFile() ? bytesOf(join(entry.parentPath, entry.name)) : 0),
    0,
  )
}

/** What is gone since it was listed holds nothing. */
function bytesOf(path: string): number {
  try {
    return statSync(path).size
  } catch (error) {
    if (isCode(error, 'ENOENT')) return 0
    throw error
  }
}
