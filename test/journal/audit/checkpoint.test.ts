import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { openCheckpoint, signCheckpoint } from '../../../src/journal/audit/checkpoint.ts'
import { openNote, publicKeyOf, signNote, verifierKey } from '../../../src/journal/audit/signed-note.ts'

// The example of https://c2sp.org/signed-note
const name = 'example.com/foo'
const vkey = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'
const key = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64').subarray(1).toString('base64')
const note = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`

test('a note that others have signed opens, and its key is written as they write it', () => {
  expect(openNote(note, name, [key])).toEqual({ text: 'This is an example message.\n', key })
  expect(verifierKey(name, key)).toBe(vkey)
})

const pair = generateKeyPairSync('ed25519')
const own = publicKeyOf(pair.privateKey)

test('a note opens for its key and its name alone, to the letter', () => {
  const signed = signNote('a\n', name, pair.privateKey)
  expect(openNote(signed, name, [key, own])?.key).toBe(own)
  expect(openNote(signed, name, [key])).toBeNull()
  expect(openNote(signed, `${name}2`, [own])).toBeNull()
  expect(openNote(signed.replace('a', 'b'), name, [own])).toBeNull()
  expect(openNote(signed.trimEnd(), name, [own])).toBeNull()
  // Others may have signed too; one false signature of a known key is enough to refuse.
  const others = note.slice(note.indexOf('—'))
  expect(openNote(signed + others, name, [own])?.key).toBe(own)
  expect(openNote(signed + others, name, [own, key])).toBeNull()
})

test('a checkpoint says origin, size and root, and nothing that is unlike it opens', () => {
  const root = '\u00ff'.repeat(32)
  const made = signCheckpoint('calltrail/log/x', { size: 3, root }, pair.privateKey)
  expect(made.split('\n').slice(0, 4)).toEqual(['calltrail/log/x', '3', `${'/'.repeat(42)}8=`, ''])
  expect(openCheckpoint(made, 'calltrail/log/x', [own])).toEqual({ size: 3, root, signer: own })
  expect(openCheckpoint(made, 'calltrail/log/y', [own])).toBeNull()
  for (const text of ['calltrail/log/x\n03\n', 'calltrail/log/x\n3\nAAAA\n', 'calltrail/log/x\n'])
    expect(
      openCheckpoint(signNote(text, 'calltrail/log/x', pair.privateKey), 'calltrail/log/x', [own]),
    ).toBeNull()
})
