import type { Entry } from '../../domain/entry.ts'
import type { JournalWriter } from '../../domain/journal.ts'
import { describeError } from '../../errors.ts'
import type { Ended } from './ended-call.ts'
import { LivePlaces, unsettled } from './live-places.ts'
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
  /** Whether servers are told the span of a call, by `traceparentOf`. */
  readonly injectTraceContext?: boolean
}

/** Length of one text in UTF-16 units: more is cut, and ends with an ellipsis. */
const longestText = 16 * 1024
/** A call without a trace waits so long for the request that tells what caused it, and so many do. */
const longestHeldMs = 30_000
const mostHeld = 64

interface Held {
  readonly ended: Ended
  readonly sinceMs: number
}

/** A body is stored just before the entry that refers to it. */
const textsKept = 8

/**
 * A journal whose entries, once they are stored, become spans. Appending costs a look at the entry; the rest is done
 * after the turn of the event loop in which the call passes.
 */
export function tracedJournal(
  journal: JournalWriter,
  { sink, content, injectTraceContext = false }: TracedJournalOptions,
): JournalWriter {
  const texts = content ? recentTexts() : null
  const pairing = new SpanPairing(texts?.get)
  let turn: NodeJS.Immediate | null = null
  const places = new LivePlaces(injectTraceContext)
  /** Ended, and when: what caused them may still be told. */
  let held: Held[] = []
  let later: NodeJS.Timeout | null = null
  let givenUp = 0

  function hand(isLast = false): void {
    turn = null
    const nowMs = Date.now()
    const spans: SpanData[] = []
    const all = [...held, ...pairing.take().map((ended) => ({ ended, sinceMs: nowMs }))]
    const stay = isLast ? 0 : mostHeld
    held = []
    for (const each of all)
      guarded(() => {
        const place = places.of(each.ended, nowMs)
        const mayWait = held.length < stay && nowMs - each.sinceMs < longestHeldMs
        if (place === unsettled && mayWait) return void held.push(each)
        const span = spanOf(each.ended, place === unsettled ? null : place)
        if (span) spans.push(span)
      })
    if (held.length > 0) later ??= setTimeout(lookAgain, longestHeldMs).unref()
    guarded(() => sink.add(spans))
    if (pairing.givenUp > givenUp) sink.lose(pairing.givenUp - givenUp, 'too many calls without an answer')
    givenUp = pairing.givenUp
  }

  function lookAgain(): void {
    later = null
    hand()
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
        const told = entry as Entry
        places.add(told)
        const mayTell = told.kind === 'model_request' && held.length > 0
        if (pairing.add(told) || mayTell) turn ??= setImmediate(() => hand())
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
      if (later !== null) clearTimeout(later)
      hand(true)
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
