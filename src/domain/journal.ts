import type { BodyRef, Entry, EntryData, EntryKind } from './entry.ts'
import type { Json } from './json.ts'
import type { Redactor } from './redactor.ts'

/** Writes one log. Redaction happens inside: nothing that is passed in reaches the disk unredacted. */
export interface JournalWriter {
  readonly log: string
  /** What every entry and body passes on its way in; recorders take their fingerprints with it. */
  readonly redactor: Redactor
  /**
   * Appends in order and returns the entry as stored (redacted). It is in the journal once `flush` has returned; what was
   * not flushed by hand is flushed within milliseconds. Never throws for a full or missing disk: losses are counted.
   */
  append<K extends EntryKind>(kind: K, session: string | null, data: EntryData[K]): Entry<K>
  /** Stores a payload once and refers to it; `text` is what was stored, redacted, before it was cut. */
  body(payload: Payload): StoredBody
  flush(): void
  /** Flushes and calls back; those who ask within one turn of the event loop share a flush at its end. */
  flushed(then: () => void): void
  /** Entries and bodies that could not be written so far: those given up, and those that wait for the disk to come back. */
  readonly losses: { readonly entries: number; readonly bodies: number }
  /** Why no call may pass now: the journal refuses, and the operator wants none that is not recorded. Null otherwise. */
  readonly refusal: string | null
  close(): void
}

/**
 * `json` is JSON text, to the letter, where the original bytes matter; `value` is a JSON value; `text` is free text, with
 * the size of the whole where this is only a part of it.
 */
export type Payload =
  | { readonly json: string }
  | { readonly value: Json }
  | { readonly text: string; readonly bytes?: number }

export interface StoredBody {
  readonly ref: BodyRef
  readonly text: string
}

/** A line as stored, with what it says. */
export interface StoredEntry {
  readonly line: string
  readonly entry: Entry
}

export interface Body {
  readonly digest: string
  readonly text: string
  readonly bytes: number
}

/** Reads all logs of a home, while others write them. A torn last line is not there yet. */
export interface JournalReader {
  logs(): Promise<readonly LogState[]>
  /** Entries of one log from `seq` on, in order. */
  entries(log: string, fromSeq: number): AsyncIterable<StoredEntry>
  /** Bodies of one log in the order of writing, from a position that an earlier call gave, with the position after each. */
  bodies(log: string, fromOffset: number): AsyncIterable<{ readonly body: Body; readonly nextOffset: number }>
}

export interface LogState {
  readonly log: string
  /** The recorder's process still lives: what is open may still be answered. */
  readonly alive: boolean
}
