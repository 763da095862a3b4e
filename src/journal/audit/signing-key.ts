import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { createSecret, type Home, readIfThere, readKey } from '../home.ts'
import { type PublicKey, publicKeyOf } from './signed-note.ts'

/** Before the 32 bytes of an Ed25519 private key in DER, RFC 8410. */
const privateKeyHead = Buffer.from('302e020100300506032b657004220420', 'hex')
const seedBytes = 32

function keyOf(seed: Buffer): KeyObject {
  const der = Buffer.concat([privateKeyHead, seed])
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
}

/** The key that signs the checkpoints of this home, made at the first call. */
export function readSigningKey(home: Home): KeyObject {
  return keyOf(readKey(home, 'audit'))
}

const nextKey = (home: Home) => join(home.keys, 'audit-next.key')

/** The public half of every private key that this home has: as a rule one; none in a copy without keys. */
export function ownKeys(home: Home): readonly PublicKey[] {
  const seeds = [readIfThere(join(home.keys, 'audit.key')), readIfThere(nextKey(home))]
  return seeds.flatMap((seed) => (seed?.length === seedBytes ? [publicKeyOf(keyOf(seed))] : []))
}

/** A key that waits to be entered in the register; the same one until `takeNextKey`, so that a rotation can be resumed. */
export function prepareNextKey(home: Home): KeyObject {
  createSecret(nextKey(home), randomBytes(seedBytes))
  const seed = readIfThere(nextKey(home))
  if (seed === null) throw new Error(`${nextKey(home)} is gone`)
  return keyOf(seed)
}

/**
 * The private half of `key`: the one that the register names last. Null where this home has it no more, or not yet. A
 * rotation that was cut short after its line in the register is finished here.
 */
export function signingKeyFor(home: Home, key: PublicKey | undefined): KeyObject | null {
  const current = readSigningKey(home)
  if (publicKeyOf(current) === key) return current
  const seed = readIfThere(nextKey(home))
  const next = seed?.length === seedBytes ? keyOf(seed) : null
  if (next === null || publicKeyOf(next) !== key) return null
  renameSync(nextKey(home), join(home.keys, 'audit.key'))
  return next
}
