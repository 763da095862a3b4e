import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { isCode } from '../journal/home.ts'

/**
 * Since when spans of the database are not joined to those of other sessions yet (ISO 8601). A file that stands while there
 * are such, so that what a killed ingest has left is joined by the next one, however old it is.
 */
export class UnjoinedMark {
  readonly #path: string
  #since: string | null

  constructor(path: string) {
    this.#path = path
    this.#since = read(path)
  }

  get since(): string | null {
    return this.#since
  }

  /** Before spans of that time are written. */
  set(at: string): void {
    if (this.#since !== null && this.#since <= at) return
    const draft = `${this.#path}.draft`
    writeFileSync(draft, at, { mode: 0o600 })
    renameSync(draft, this.#path)
    this.#since = at
  }

  /** After all were joined. */
  clear(): void {
    rmSync(this.#path, { force: true })
    this.#since = null
  }
}

/** Null when there is none, or one that says nothing. */
function read(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8')
    return Number.isNaN(Date.parse(text)) ? null : text
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}
