import { expect, test } from 'vitest'
import { Recent } from '../../src/domain/recent.ts'

test('what was asked for last is remembered, as much as there is room for', () => {
  const recent = new Recent<number>(2)
  for (const key of ['a', 'b', 'c']) recent.set(key, key.charCodeAt(0))
  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([97, 98, 99])
  for (const key of ['d', 'e', 'f', 'g', 'h']) recent.set(key, 0)
  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([undefined, undefined, undefined])
})

test('what is asked for again and again stays', () => {
  const recent = new Recent<string>(3)
  recent.set('kept', 'value')
  for (let index = 0; index < 100; index++) {
    expect(recent.get('kept')).toBe('value')
    recent.set(`other ${index}`, '')
  }
})

test('a heavy one takes the room of several', () => {
  const recent = new Recent<true>(10, ({ length }) => length)
  recent.set('a', true)
  recent.set('b'.repeat(10), true)
  recent.set('c'.repeat(10), true)
  recent.set('d', true)
  expect(recent.get('a')).toBeUndefined()
  expect(recent.get('c'.repeat(10))).toBe(true)
})

test('what is set again takes no more room', () => {
  const recent = new Recent<number>(3)
  recent.set('first', 1)
  for (let index = 0; index < 100; index++) recent.set('again', index)
  expect(recent.get('first')).toBe(1)
  expect(recent.get('again')).toBe(99)
})
