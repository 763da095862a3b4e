import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import type { Entry, EntryData, EntryKind, Envelope } from '../domain/entry.ts'
import type { JournalWriter, Payload, StoredBody } from '../domain/journal.ts'
import { wellFormedJson } from '../domain/json.ts'
import type { Redactor } from '../domain/redactor.ts'
import { describeError } from '../errors.ts'
import { type AppendFile, type AppendFileOptions, appendFile } from './append-file.ts'
import { type LogSeal, logSeal } from './audit/log-seal.ts'
import { bodyPack, type StoreBody } from './body-pack.ts'
import { type DiskBound, diskBound } from './disk-bound.ts'
import { type Home, readKey } from './home.ts'
import { Losses } from './losses.ts'
import { microsecondClock } from './microsecond-clock.ts'
import { createLogFolder, markClosed } from './recorder-process.ts'
import { RepeatedBodies } from './repeated-bodies.ts'
import { turnFlush } from './turn-flush.ts'

export interface JournalOptions {
  readonly home: Home
  readonly redactor: Redactor
  /** `write` (the default) survives the end of the process, `fsync` that of the machine. */
  readonly durability?: 'write' | 'fsync'
  /** Of a stored text, in UTF-8; what is longer is cut and says so. 1 MiB unless said. */
  readonly maxBodyBytes?: number
  /** At which a segment or a pack is full. 64 MiB unless said. */
  readonly rollBytes?: number
  /** Of the journal of the home, all its logs: what comes beyond is as if the disk refused it. No bound unless said. */
  readonly maxBytes?: number
  /** No call shall pass that cannot be recorded: see `JournalWriter.refusal`. */
  readonly strict?: boolean
  /** Called when the disk begins to refuse, and at the close if anything was lost for good. */
  readonly onLoss?: (loss: EntryData['loss']) => void
}

const mebibyte = 1024 * 1024
/** How long an entry waits for company, unless somebody flushes; and how long between attempts while the disk refuses. */
const groupMs = 4
const retryMs = 200
/** Lengths in UTF-16 units: at the first a group is written at once, at the second nothing more waits for the disk. */
const groupLength = mebibyte / 4
const waitingLength = 8 * mebibyte

// An orderly end of the process may come before the timer.
const open = new Set<Log>()
process.on('exit', () => {
  for (const journal of open) journal.flushAndSeal()
})

/** Signs for what it has written every few seconds, and at its close. */
interface SealingWriter extends JournalWriter {
  flushAndSeal(): void
}

/**
 * Opens a log of its own for this process. Its folder is made with the first group: nothing recorded leaves nothing.
 * While the disk refuses, some megabytes wait in memory for it to come back; the rest is given up, counted, and told by
 * an entry `loss`. What is given up takes no `seq`.
 */
export function openJournal(options: JournalOptions): SealingWriter {
  const journal = new Log(options)
  open.add(journal)
  return journal
}

class Log implements SealingWriter {
  readonly log = v7()
  readonly redactor: Redactor
  readonly flushed = turnFlush(() => this.flush())
  readonly #onLoss: JournalOptions['onLoss']
  readonly #isStrict: boolean
  readonly #bound: DiskBound | null
  readonly #now = microsecondClock()
  readonly #entries: AppendFile
  readonly #bodies: AppendFile
  readonly #storeBody: StoreBody
  readonly #repeated = new RepeatedBodies()
  readonly #seal: LogSeal
  readonly #losses = new Losses()
  #seq = 0
  #timer: NodeJS.Timeout | null = null
  #folder: string | null = null

  constructor(options: JournalOptions) {
    const { home, redactor, durability, maxBodyBytes = mebibyte, rollBytes = 64 * mebibyte } = options
    this.redactor = redactor
    this.#onLoss = options.onLoss
    this.#isStrict = options.strict ?? false
    this.#bound = options.maxBytes === undefined ? null : diskBound(home.journal, options.maxBytes)
    const folder = () => {
      this.#folder ??= createLogFolder(home.journal, this.log)
      return this.#folder
    }
    const seal = logSeal({ home, log: this.log })
    this.#seal = seal
    const series = (fileName: AppendFileOptions['fileName'], onWritten?: AppendFileOptions['onWritten']) =>
      appendFile({
        ...{ folder, fileName, rollBytes, fsync: durability === 'fsync' },
        ...(onWritten && { onWritten }),
      })
    this.#entries = series(({ lines }) => `${String(lines).padStart(12, '0')}.jsonl`, seal.add)
    this.#bodies = series(({ bytes }) => `bodies-${String(bytes).padStart(15, '0')}.jsonl`)
    this.#storeBody = bodyPack({
      key: () => bodiesKey(home),
      maxBytes: maxBodyBytes,
      add: (line) => {
        if (!this.#accepts('bodies')) return false
        this.#bodies.add(line)
        return true
      },
    })
  }

  append<K extends EntryKind>(kind: K, session: string | null, data: EntryData[K]): Entry<K> {
    const { entry, line } = this.#compose(kind, session, data)
    if (!this.#accepts('entries')) return entry
    this.#seq += 1
    this.#entries.add(line)
    this.#scheduleFlush()
    return entry
  }

  body(payload: Payload): StoredBody {
    const known = this.#repeated.find(payload)
    if (known) return known
    const text = redact(payload, this.redactor)
    const ref = this.#storeBody(text, 'text' in payload ? payload.bytes : undefined)
    this.#scheduleFlush()
    const body = { ref, text }
    this.#repeated.stored(payload, body)
    return body
  }

  flush(): void {
    if (this.#waitingLines === 0) return
    try {
      this.#bound?.admit(this.#waitingLength)
      // Bodies first: an entry on the disk refers to nothing that is not there.
      this.#bodies.write()
      this.#entries.write()
      this.#tellLosses()
      this.#losses.outage = null
    } catch (error) {
      const begins = this.#losses.outage === null
      const reason = describeError(error)
      this.#losses.outage = reason
      if (begins) this.#onLoss?.({ reason, ...this.losses })
    }
  }

  get losses() {
    return this.#losses.with({ entries: this.#entries.waiting.lines, bodies: this.#bodies.waiting.lines })
  }

  get refusal() {
    const { outage } = this.#losses
    if (!this.#isStrict || outage === null) return null
    return `this call cannot be recorded, and journal.strict lets no such call pass: ${outage}`
  }

  close(): void {
    if (!open.delete(this)) return
    this.flush()
    if (this.#timer) clearTimeout(this.#timer)
    const { losses } = this
    if (losses.entries + losses.bodies > 0)
      this.#onLoss?.({ reason: this.#losses.outage ?? 'given up while the disk refused', ...losses })
    this.#bodies.close()
    this.#entries.close()
    this.#seal.close()
    if (this.#folder) markClosed(this.#folder)
  }

  flushAndSeal(): void {
    this.flush()
    this.#seal.seal()
  }

  #compose<K extends EntryKind>(kind: K, session: string | null, data: EntryData[K]) {
    const text = JSON.stringify(data)
    const stored = this.redactor.json(wellFormedJson(text))
    const kept: EntryData[K] = stored === text ? data : JSON.parse(stored)
    const entry = { v: 1, log: this.log, seq: this.#seq, at: this.#now(), kind, session, data: kept } as const
    return { entry: entry as Entry<K>, line: `${textOf(entry)},"data":${stored}}\n` }
  }

  #accepts(what: 'entries' | 'bodies'): boolean {
    const isFull = this.#losses.outage !== null && this.#waitingLength >= waitingLength
    return this.#losses.accepts(what, isFull)
  }

  #scheduleFlush(): void {
    if (this.#losses.outage === null && this.#waitingLength >= groupLength) this.flush()
    this.#timer ??= setTimeout(() => this.#onTimer(), groupMs).unref()
  }

  #onTimer(): void {
    this.#timer = null
    this.flush()
    if (this.#losses.outage !== null) this.#timer = setTimeout(() => this.#onTimer(), retryMs).unref()
  }

  #tellLosses(): void {
    const { untold, outage } = this.#losses
    if (untold === null) return
    const { line } = this.#compose('loss', null, { reason: outage ?? 'unknown', ...untold })
    this.#losses.told()
    this.#seq += 1
    this.#entries.add(line)
    this.#entries.write()
  }

  get #waitingLines(): number {
    return this.#entries.waiting.lines + this.#bodies.waiting.lines
  }

  get #waitingLength(): number {
    return this.#entries.waiting.length + this.#bodies.waiting.length
  }
}

/** As `JSON.stringify` would write it, but for the end: nothing in an envelope needs to be escaped. */
function textOf({ v, log, seq, at, kind, session }: Envelope): string {
  const of = session === null ? 'null' : `"${session}"`
  return `{"v":${v},"log":"${log}","seq":${seq},"at":"${at}","kind":"${kind}","session":${of}`
}

function redact(payload: Payload, redactor: Redactor): string {
  if ('text' in payload) return redactor.text(payload.text)
  return redactor.json('json' in payload ? payload.json : JSON.stringify(payload.value))
}

/** A home whose disk is gone still gets a recorder; its bodies join none of other logs then. */
function bodiesKey(home: Home): Buffer {
  try {
    return readKey(home, 'bodies')
  } catch {
    return randomBytes(32)
  }
}
