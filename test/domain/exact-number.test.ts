import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactly, isExactNumber, plainDigits, readExactJson } from '../../src/domain/exact-number.ts'

describe('numbers that no double holds', () => {
  test('stay what was written, at any depth, and equal themselves however they are written', () => {
    expect(readExactJson('{"a":[12345678901234567891]}')).toEqual({
      a: [{ $number: '12345678901234567891e0' }],
    })
    expect(exactly('1234567890123456789100e-2')).toEqual(exactly('12345678901234567891.00'))
    expect(exactly('1e400')).toEqual({ $number: '1e400' })
    expect(isExactNumber(exactly('1e400'))).toBe(true)
  })

  test('others are plain numbers', () => {
    expect(readExactJson('{"a":[0.1,1e21,9007199254740992,1.50,100000000000000000000]}')).toEqual({
      a: [0.1, 1e21, 9007199254740992, 1.5, 1e20],
    })
    expect(readExactJson('{"a":')).toBeUndefined()
  })

  test('every integer is itself alone', () => {
    const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        const [x, y] = [a, b].map((each) => JSON.stringify(readExactJson(`${each}`)))
        expect(x === y).toBe(a === b)
        expect(plainDigits(`${a}.0`)).toBe(plainDigits(`${a}0e-1`))
      }),
    )
  })
})
