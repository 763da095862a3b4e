import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Body, JournalReader, LogState, StoredEntry } from '../domain/journal.ts'
import { InfrastructureError } from '../errors.ts'
import { packName, segmentName } from './audit/stored-lines.ts'
import type { PackedBody } from './body-pack.ts'
import { eachItem } from './each-item.ts'
import { type Home, isCode } from './home.ts'
import { type Line, wholeLines } from './lines.ts'
import { isRecorderAlive } from './recorder-process.ts'

export const logName = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** That are read at once: a long segment is mostly passed over, to what is new at its end. */
const readLength = 256 * 1024

/**
 * Reads the logs of a home while others write them: up to what is on the disk now, lines without their newline aside. A
 * line in the middle that is no JSON is an `InfrastructureError`: somebody changed it.
 */
export function readJournal(home: Home): JournalReader {
  const folderOf = (log: string) => join(home.journal, log)
  return {
    async logs(): Promise<readonly LogState[]> {
      const names = (await list(home.journal)).filter((name) => logName.test(name))
      return names.map((log) => ({ log, alive: isRecorderAlive(folderOf(log)) }))
    },
    entries: (log, fromSeq) => eachItem(entriesIn(folderOf(log), fromSeq)),
    bodies: (log, fromOffset) => eachItem(bodiesIn(folderOf(log), fromOffset)),
  }
}

async function* entriesIn(folder: string, fromSeq: number): AsyncGenerator<Iterable<StoredEntry>> {
  for (const { path, start } of await filesFrom(folder, segmentName, fromSeq)) {
    const bytes = createReadStream(path, { highWaterMark: readLength })
    for await (const lines of wholeLines(bytes, fromSeq - start)) yield entriesOf(lines, path)
  }
}

/** One by one, so that those before a line that somebody changed are there. */
function* entriesOf(lines: readonly Line[], path: string): Iterable<StoredEntry> {
  for (const { line } of lines) yield { line, entry: parse(line, path) }
}

interface PlacedBody {
  readonly body: Body
  readonly nextOffset: number
}

async function* bodiesIn(folder: string, fromOffset: number): AsyncGenerator<Iterable<PlacedBody>> {
  for (const { path, start } of await filesFrom(folder, packName, fromOffset)) {
    const skipped = Math.max(0, fromOffset - start)
    let offset = start + skipped
    for await (const lines of wholeLines(createReadStream(path, { start: skipped }))) {
      yield bodiesOf(lines, path, offset)
      for (const { bytes } of lines) offset += bytes + 1
    }
  }
}

function* bodiesOf(lines: readonly Line[], path: string, offset: number): Iterable<PlacedBody> {
  let nextOffset = offset
  for (const { line, bytes } of lines) {
    nextOffset += bytes + 1
    const { digest, text, bytes: size }: PackedBody = parse(line, path)
    yield { body: { digest, text, bytes: size }, nextOffset }
  }
}

interface NumberedFile {
  readonly path: string
  /** The seq or the offset of its first line. */
  readonly start: number
}

/** The files of a series in which what lies at `from` or after it can be. */
async function filesFrom(folder: string, name: RegExp, from: number): Promise<readonly NumberedFile[]> {
  const files = (await list(folder)).flatMap((file) => {
    const start = name.exec(file)?.[1]
    return start === undefined ? [] : [{ path: join(folder, file), start: Number(start) }]
  })
  return files.filter((_, index) => (files[index + 1]?.start ?? Number.POSITIVE_INFINITY) > from)
}

/** Sorted; empty where there is no such folder. */
async function list(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (error) {
    if (isCode(error, 'ENOENT')) return []
    throw new InfrastructureError('journal', `the journal in ${folder} cannot be read`, { cause: error })
  }
}

function parse<T>(line: string, path: string): T {
  try {
    return JSON.parse(line)
  } catch (error) {
    const what = `${path} has a line that is not what was written: calltrail audit verify says which`
    throw new InfrastructureError('journal', what, { cause: error })
  }
}
