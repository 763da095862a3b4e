import type { Payload, StoredBody } from '../domain/journal.ts'

/** In UTF-16 units: of a shorter one it is not worth the while. */
const shortest = 2048
/** Of all that is remembered, in UTF-16 units; and how many digests are. */
const roomLength = 8 * 1024 * 1024
const digestRoom = 4096

type Kind = 'json' | 'text'

interface Repeated {
  readonly kind: Kind
  /** As it came, before it was redacted. */
  readonly raw: string
  readonly body: StoredBody
}

/**
 * Long payloads that come again and again, to the letter, as a model's tools do with every request: they need neither be
 * redacted nor hashed again, which is most of what they cost. One is known of each length, from its second time on.
 */
export class RepeatedBodies {
  /** The last one of its length, by digest, until it is known to be repeated. */
  readonly #digests = new Map<number, string>()
  readonly #repeated = new Map<number, Repeated>()
  #length = 0

  find(payload: Payload): StoredBody | null {
    const [kind, raw] = rawOf(payload)
    const known = this.#repeated.get(raw.length)
    return known?.kind === kind && known.raw === raw ? known.body : null
  }

  /** Of a payload that was not found. */
  stored(payload: Payload, body: StoredBody): void {
    const [kind, raw] = rawOf(payload)
    if (raw.length < shortest || raw.length > roomLength) return
    const { digest } = body.ref
    if (this.#digests.get(raw.length) === digest) this.#remember({ kind, raw, body })
    else {
      if (this.#digests.size >= digestRoom) this.#digests.clear()
      this.#digests.set(raw.length, digest)
    }
  }

  #remember({ kind, raw, body }: Repeated): void {
    if (!this.#repeated.has(raw.length)) this.#length += raw.length
    if (this.#length > roomLength) {
      this.#repeated.clear()
      this.#length = raw.length
    }
    this.#repeated.set(raw.length, { kind, raw: copied(raw), body })
  }
}

/** Nothing where the whole is not here, or is no text yet. */
function rawOf(payload: Payload): readonly [Kind, string] {
  if ('json' in payload) return ['json', payload.json]
  return 'text' in payload && payload.bytes === undefined ? ['text', payload.text] : ['text', '']
}

/** A part of a string would keep the whole of it in memory. */
function copied(text: string): string {
  return Buffer.from(text).toString()
}
