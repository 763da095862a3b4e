import { memberRange } from '../../member-text.ts'

export interface Replacement {
  readonly path: readonly string[]
  readonly by: Buffer
}

/** A message with some of its members replaced, and every other byte as it was; members that it has not stay away. */
export function replaceMembers(message: Buffer, replacements: readonly Replacement[]): Buffer {
  // One character for each byte: a place in the text is a place in the message.
  const text = message.toString('latin1')
  const places = replacements
    .flatMap(({ path, by }) => {
      const range = memberRange(text, path)
      return range ? [{ range, by }] : []
    })
    .sort((a, b) => a.range[0] - b.range[0])
  const parts: Buffer[] = []
  let at = 0
  for (const { range, by } of places) {
    parts.push(message.subarray(at, range[0]), by)
    at = range[1]
  }
  return Buffer.concat([...parts, message.subarray(at)])
}

/** The bytes of a member, to the letter; null where there is no such member. */
export function memberBytes(message: Buffer, path: readonly string[]): Buffer | null {
  const range = memberRange(message.toString('latin1'), path)
  return range && Buffer.from(message.subarray(...range))
}
