import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto'

// https://c2sp.org/signed-note, with signatures of type Ed25519.
const ed25519 = Buffer.of(1)
const keyBytes = 32
const idBytes = 4
/** Before the 32 bytes of an Ed25519 public key in DER, RFC 8410. */
const publicKeyHead = Buffer.from('302a300506032b6570032100', 'hex')

/** The 32 bytes of the public half of an Ed25519 key, in base64. */
export type PublicKey = string

/** Of either half. */
export function publicKeyOf(key: KeyObject): PublicKey {
  const half = key.type === 'private' ? createPublicKey(key) : key
  return half.export({ format: 'der', type: 'spki' }).subarray(-keyBytes).toString('base64')
}

export function keyObject(key: PublicKey): KeyObject {
  const der = Buffer.concat([publicKeyHead, Buffer.from(key, 'base64')])
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

function keyId(name: string, key: PublicKey): Buffer {
  const material = Buffer.concat([Buffer.from(`${name}\n`), ed25519, Buffer.from(key, 'base64')])
  return hash('sha256', material, 'buffer').subarray(0, idBytes)
}

/** As tools that check signed notes take it: `name+id+key`. */
export function verifierKey(name: string, key: PublicKey): string {
  const material = Buffer.concat([ed25519, Buffer.from(key, 'base64')]).toString('base64')
  return `${name}+${keyId(name, key).toString('hex')}+${material}`
}

/** `text` ends with a newline; `name` has neither spaces nor a plus. */
export function signNote(text: string, name: string, key: KeyObject): string {
  const signature = Buffer.concat([keyId(name, publicKeyOf(key)), sign(null, Buffer.from(text), key)])
  return `${text}\n— ${name} ${signature.toString('base64')}\n`
}

const signatureLine = /^— (\S+) (\S+)$/

/** The text, and which of these keys has signed it under `name`; null where none has, or where one of theirs is false. */
export function openNote(
  note: string,
  name: string,
  keys: readonly PublicKey[],
): { readonly text: string; readonly key: PublicKey } | null {
  const end = note.lastIndexOf('\n\n') + 1
  if (end === 0 || !note.endsWith('\n')) return null
  const text = note.slice(0, end)
  let signer: PublicKey | null = null
  for (const line of note.slice(end + 1, -1).split('\n')) {
    const [, by, encoded = ''] = signatureLine.exec(line) ?? []
    if (by === undefined) return null
    const bytes = Buffer.from(encoded, 'base64')
    const known = by === name ? keys.find((key) => keyId(name, key).equals(bytes.subarray(0, idBytes))) : null
    if (!known) continue
    const isTrue =
      bytes.toString('base64') === encoded &&
      verify(null, Buffer.from(text), keyObject(known), bytes.subarray(idBytes))
    if (!isTrue) return null
    signer = known
  }
  return signer === null ? null : { text, key: signer }
}
