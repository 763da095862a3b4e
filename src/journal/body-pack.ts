import { hash } from 'node:crypto'
import type { BodyRef } from '../domain/entry.ts'
import { type KeyedHash, keyedHash } from '../domain/keyed-hash.ts'
import { Recent } from '../domain/recent.ts'
import { randomHex } from './random.ts'

/**
 * One line of a pack: `digest = SHA-256(salt ‖ text)`, the salt as the 32 hex digits that stand here, so that SQL can
 * compute it too; `key` is an HMAC of the whole text with the home's key, by which equal bodies of several logs are found.
 */
export interface PackedBody {
  readonly v: 1
  readonly digest: string
  readonly salt: string
  readonly key: string
  /** Of the whole text, of which `text` may be the beginning. */
  readonly bytes: number
  readonly truncated?: true
  readonly text: string
}

const rememberedBodies = 20_000
/** A text up to this length is known by itself, which is cheaper than by its key. */
const shortText = 256
const saltBytes = 16

export interface BodyPackOptions {
  /** The home's key for bodies; asked for once. */
  readonly key: () => Buffer
  readonly maxBytes: number
  /** Takes a line of the pack; false when it had to give it up. */
  readonly add: (line: string) => boolean
}

/** Stores a redacted text; `wholeBytes` is the size of the whole, where the text is only a part of it. */
export type StoreBody = (text: string, wholeBytes?: number) => BodyRef

/** Each text is stored once, as long as it is remembered. */
export function bodyPack({ key, maxBytes, add }: BodyPackOptions): StoreBody {
  const stored = new Recent<BodyRef>(rememberedBodies / 2)
  let keyed: KeyedHash | null = null

  function contentKey(text: string): string {
    keyed ??= keyedHash(key())
    return keyed(text)
  }

  return (text, wholeBytes) => {
    const content = text.length > shortText ? contentKey(text) : null
    const id = `${wholeBytes ?? ''}${content === null ? `=${text}` : `#${content}`}`
    const earlier = stored.get(id)
    if (earlier) return earlier
    const packed = pack(text, wholeBytes, {
      salt: randomHex(saltBytes),
      key: content ?? contentKey(text),
      maxBytes,
    })
    const { digest, bytes } = packed
    const ref = packed.truncated ? { digest, bytes, truncated } : { digest, bytes }
    if (add(`${JSON.stringify(packed)}\n`)) stored.set(id, ref)
    return ref
  }
}

const truncated = true as const

function pack(
  text: string,
  wholeBytes: number | undefined,
  { salt, key, maxBytes }: { readonly salt: string; readonly key: string; readonly maxBytes: number },
): PackedBody {
  const length = Buffer.byteLength(text)
  const kept = length > maxBytes ? cut(text, maxBytes) : text
  const bytes = wholeBytes ?? length
  const isCut = kept !== text || bytes > length
  return { v: 1, digest: bodyDigest(salt, kept), salt, key, bytes, ...(isCut && { truncated }), text: kept }
}

/** SHA-256(salt ‖ UTF-8 of the text), in hex; the salt as text. */
export function bodyDigest(salt: string, text: string): string {
  return hash('sha256', salt + text)
}

/** The longest beginning of at most so many bytes of UTF-8 that ends with a whole character. */
function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text)
  let end = maxBytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return bytes.toString('utf8', 0, end)
}
