import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oneLine } from '../../../../src/record/gateway/stdio-bridge/one-line.ts'
import { memberBytes, replaceMembers } from '../../../../src/record/gateway/stdio-bridge/replace-members.ts'

const idPath = ['id']
const tokenPath = ['params', '_meta', 'progressToken']
const id = fc.oneof(fc.integer(), fc.string({ unit: 'binary' }))

/** Any message with an id and a token, in any layout. */
const message = fc
  .record({
    id,
    params: fc.record({
      _meta: fc.record({ progressToken: id, other: fc.jsonValue() }),
      arguments: fc.jsonValue(),
    }),
    rest: fc.jsonValue(),
    indent: fc.constantFrom(undefined, 0, 2, '\t', '\r\n'),
  })
  .map(({ indent, ...value }) => {
    const text = JSON.stringify(value, null, indent)
    return { value: JSON.parse(text), bytes: Buffer.from(text) }
  })

test('members that were replaced and put back leave every byte as it was', () => {
  fc.assert(
    fc.property(message, ({ value, bytes }) => {
      const [own, token] = [memberBytes(bytes, idPath), memberBytes(bytes, tokenPath)]
      const number = 4711
      const by = Buffer.from(String(number))
      const sent = replaceMembers(
        bytes,
        [idPath, tokenPath].map((path) => ({ path, by })),
      )
      expect(JSON.parse(sent.toString())).toEqual({
        ...value,
        id: number,
        params: {
          ...value.params,
          _meta: { ...value.params._meta, progressToken: number },
        },
      })
      const back = replaceMembers(sent, [
        { path: tokenPath, by: token ?? by },
        { path: idPath, by: own ?? by },
      ])
      expect(back).toEqual(bytes)
    }),
  )
})

test('JSON in one line says the same, in as many bytes, and what is in one line already is the same', () => {
  fc.assert(
    fc.property(message, ({ value, bytes }) => {
      const line = oneLine(bytes)
      expect(line.toString()).not.toMatch(/[\r\n]/)
      expect(line.length).toBe(bytes.length)
      expect(JSON.parse(line.toString())).toEqual(value)
      expect(oneLine(line)).toBe(line)
    }),
  )
})

test('bytes that are no text stay what they are', () => {
  const odd = Buffer.concat([Buffer.from('{"id":1,"x":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}')])
  const replaced = replaceMembers(odd, [{ path: idPath, by: Buffer.from('"é"') }])
  expect(replaceMembers(replaced, [{ path: idPath, by: Buffer.from('1') }])).toEqual(odd)
})
