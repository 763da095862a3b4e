import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { LogState } from '../domain/journal.ts'
import { readIfThere, replaceFile } from '../journal/home.ts'
import type { Positions } from './journal-batches.ts'

/**
 * What an ingest leaves beside its lock. `.unjoined` stands while spans of the database are not joined to those of other
 * sessions yet, and says since when (ISO 8601), so that what a killed ingest has left is joined by the next one, however
 * old it is. `.ingested` says where the journal was read to when all was done that follows from it: a database that is at
 * the same place has nothing of what comes after. One that was put back from a copy may have.
 */
export class IngestMarks {
  readonly #unjoined: string
  readonly #ingested: string
  #since: string | null

  constructor(lock: string) {
    this.#unjoined = `${lock}.unjoined`
    this.#ingested = `${lock}.ingested`
    const since = readIfThere(this.#unjoined)?.toString() ?? ''
    this.#since = Number.isNaN(Date.parse(since)) ? null : since
  }

  /** Null where all is joined. */
  get since(): string | null {
    return this.#since
  }

  /** Whether the last ingest has ended, and left the database where these positions of these logs say that it is. */
  isInOrder(positions: Positions, logs: readonly LogState[]): boolean {
    const left = readIfThere(this.#ingested)?.toString() ?? digestOf(new Map(), [])
    return readIfThere(this.#unjoined) === null && left === digestOf(positions, logs)
  }

  /** Before spans of that time are written. That there is a mark is known even where the power fails. */
  begin(at: string): void {
    if (this.#since !== null && this.#since <= at) return
    const draft = `${this.#unjoined}.draft`
    writeFileSync(draft, at, { mode: 0o600, flush: true })
    renameSync(draft, this.#unjoined)
    if (this.#since === null) sync(dirname(this.#unjoined))
    this.#since = at
  }

  /** After all was done. */
  end(positions: Positions, logs: readonly LogState[]): void {
    replaceFile(this.#ingested, digestOf(positions, logs))
    rmSync(this.#unjoined, { force: true })
    this.#since = null
  }

  /** Of a database that is no more. */
  forget(): void {
    rmSync(this.#unjoined, { force: true })
    rmSync(this.#ingested, { force: true })
    this.#since = null
  }
}

function sync(directory: string): void {
  const open = openSync(directory, 'r')
  try {
    fsyncSync(open)
  } finally {
    closeSync(open)
  }
}

/** A log of which nothing is in the database says nothing. */
function digestOf(positions: Positions, logs: readonly LogState[]): string {
  const hash = createHash('sha256')
  for (const log of logs.map((each) => each.log).sort()) {
    const next = positions.get(log)
    if (next !== undefined) hash.update(`${log} ${next}\n`)
  }
  return hash.digest('hex')
}
