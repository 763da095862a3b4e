import { isJsonObject, readJson } from '../../domain/json.ts'

export interface WantedBody {
  /** Of the first entry that refers to it. */
  readonly seq: number
  readonly bytes: number
  readonly isCut: boolean
}

/** The bodies that the entries of a log speak of. */
export interface BodyRefs {
  readonly wanted: ReadonlyMap<string, WantedBody>
  /** Digests of bodies that somebody was asked to erase, of any log. */
  readonly erased: ReadonlySet<string>
  /** Bodies that this log says it has lost. */
  readonly lost: () => number
}

// A reference is written in one way only, and no string of JSON can hold it: quotes are escaped there.
const mark = '{"digest":"'
const reference = /\{"digest":"([0-9a-f]{64})","bytes":(\d+)(,"truncated":true)?\}/y
const spokenOf = /"kind":"(?:loss|body_erased)"/

/** Takes the lines of a log, prefixed as leaves. */
export function bodyRefs(): BodyRefs & { readonly onEntry: (prefixed: Buffer, seq: number) => void } {
  const wanted = new Map<string, WantedBody>()
  const erased = new Set<string>()
  let lost = 0

  function hear(said: unknown): void {
    if (!isJsonObject(said) || !isJsonObject(said.data)) return
    const { kind, data } = said
    if (kind === 'loss' && typeof data.bodies === 'number') lost += data.bodies
    if (kind === 'body_erased' && typeof data.digest === 'string') erased.add(data.digest)
  }

  return {
    wanted,
    erased,
    lost: () => lost,
    onEntry(prefixed, seq) {
      const text = prefixed.toString('latin1', 1)
      for (let place = text.indexOf(mark); place >= 0; place = text.indexOf(mark, place + 1)) {
        reference.lastIndex = place
        const [, digest, bytes, cut] = reference.exec(text) ?? []
        if (digest !== undefined && !wanted.has(digest))
          wanted.set(digest, { seq, bytes: Number(bytes), isCut: cut !== undefined })
      }
      if (spokenOf.test(text.slice(0, 250))) hear(readJson(prefixed.toString('utf8', 1)))
    },
  }
}
