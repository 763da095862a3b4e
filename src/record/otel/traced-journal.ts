import type { Entry } from '../../domain/entry.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import { describeError } from '../../errors.ts'
import type { SpanData } from './span-data.ts'
import { spanOf } from './span-of.ts'
import { SpanPairing } from './span-pairing.ts'

/** Takes finished spans; never throws, and never makes anybody wait. */
export interface SpanSink {
  add(spans: readonly SpanData[]): void
  /** Spans that could not be made, and why. */
  lose(spans: number, reason: string): void
}

export interface TracedJournalOptions {
  readonly sink: SpanSink
  /** Whether arguments and results go with the spans: as stored, redacted. */
  readonly content: boolean
}

/** Length of one text in UTF-16 units: more is cut, and ends with an ellipsis. */
const longestText = 16 * 1024
/** A body is stored just before the entry that refers to it. */
const textsKept = 8

/**
 * A journal whose entries, once they are stored, become spans. Appending costs a look at the entry; the rest is done
 * after the turn of the event loop in which the call passes.
 */
export function tracedJournal(
  journal: JournalWriter,
  { sink, content }: TracedJournalOptions,
): JournalWriter {
  const texts = content ? recentTexts() : null
  const pairing = new SpanPairing(texts?.get)
  let turn: NodeJS.Immediate | null = null
  let givenUp = 0

  function hand(): void {
    turn = null
    const spans: SpanData[] = []
    for (const ended of pairing.take())
      guarded(() => {
        const span = spanOf(ended)
        if (span) spans.push(span)
      })
    guarded(() => sink.add(spans))
    if (pairing.givenUp > givenUp) sink.lose(pairing.givenUp - givenUp, 'too many calls without an answer')
    givenUp = pairing.givenUp
  }

  function guarded(act: () => void): void {
    try {
      act()
    } catch (error) {
      sink.lose(1, `a span could not be made: ${describeError(error)}`)
    }
  }

  return {
    log: journal.log,
    redactor: journal.redactor,
    append(kind, session, data) {
      const entry = journal.append(kind, session, data)
      guarded(() => {
        // One kind of entry is an entry, which the compiler does not see through a type parameter.
        if (pairing.add(entry as Entry)) turn ??= setImmediate(hand)
      })
      return entry
    },
    body(payload) {
      const stored = journal.body(payload)
      texts?.add(stored.ref.digest, stored.text)
      return stored
    },
    flush: () => journal.flush(),
    flushed: (then) => journal.flushed(then),
    get refusal() {
      return journal.refusal
    },
    get losses() {
      return journal.losses
    },
    close() {
      journal.close()
      if (turn !== null) clearImmediate(turn)
      hand()
    },
  }
}

function recentTexts() {
  const texts = new Map<string, string>()
  return {
    add(digest: string, text: string): void {
      texts.delete(digest)
      texts.set(digest, text.length > longestText ? `${text.slice(0, longestText)}…` : text)
      const [oldest] = texts.keys()
      if (oldest !== undefined && texts.size > textsKept) texts.delete(oldest)
    },
    get: (digest: string) => texts.get(digest) ?? null,
  }
}
