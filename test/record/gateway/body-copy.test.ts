import { expect, onTestFinished, test } from 'vitest'
import { BodyCopy } from '../../../src/record/gateway/body-copy.ts'
import { totalHeldBytes } from '../../../src/record/gateway/held-bytes.ts'

const mebibyte = Buffer.alloc(1024 * 1024, 'x')

function copyOf(mebibytes: number): BodyCopy {
  const copy = new BodyCopy()
  onTestFinished(() => copy.release())
  for (let added = 0; added < mebibytes; added++) copy.add(mebibyte)
  return copy
}

test('many large bodies at once are kept as long as there is room, and small ones always', () => {
  const copies = Array.from({ length: 10 }, () => copyOf(30))
  const lengths = copies.map((copy) => copy.text(undefined)?.length ?? null)
  expect(lengths).toEqual([...Array(8).fill(30 * mebibyte.length), null, null])
  expect(copies.map(({ bytes }) => bytes)).toEqual(Array(10).fill(30 * mebibyte.length))
  expect(copies.map(({ isWhole }) => isWhole)).toEqual([...Array(8).fill(true), false, false])
  const small = new BodyCopy()
  small.add(Buffer.from('{}'))
  expect(small.text(undefined)).toBe('{}')
  copies[0]?.release()
  expect(copyOf(30).text(undefined)).toHaveLength(30 * mebibyte.length)
  for (const copy of copies) copy.release()
  expect(totalHeldBytes()).toBeLessThan(31 * mebibyte.length)
})

test('one that grows too long holds nothing', () => {
  const before = totalHeldBytes()
  const copy = copyOf(33)
  expect([copy.text(undefined), copy.bytes, totalHeldBytes()]).toEqual([null, 33 * mebibyte.length, before])
})
