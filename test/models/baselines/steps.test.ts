import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitSteps } from '../../../src/models/baselines/steps.ts'

const texts = (prompt: string) => splitSteps(prompt).map(({ text }) => text)

test.each([
  ['Turn off the lights.', ['Turn off the lights.']],
  ['Turn off the lights, then play the song.', ['Turn off the lights', 'play the song.']],
  ['Open a.txt and then close it', ['Open a.txt', 'close it']],
  ['Find the note and delete it.', ['Find the note', 'delete it.']],
  ['Open a, close b, and list c', ['Open a', 'close b', 'list c']],
  ['List apples and pears.', ['List apples and pears.']],
  ['Open a; close b', ['Open a', 'close b']],
  ['1. Open a\n2. Close b', ['Open a', 'Close b']],
  ['Please do this:\n- open a\n- close b', ['open a', 'close b']],
  ['What is the time? Is it late?', ['What is the time?', 'Is it late?']],
])('%j has its steps', (prompt, expected) => {
  expect(texts(prompt)).toEqual(expected)
})

test('what is quoted, a path or an address is never split', () => {
  expect(texts('Say "first. Then; and then delete all" loudly')).toHaveLength(1)
  expect(texts('Open https://example.com/a;b and ./x.y/z.txt')).toHaveLength(1)
})

test('a statement is context, and so is how to answer', () => {
  const [step, ...more] = splitSteps('My file is a.txt. Open it. Answer with one word.')
  expect(more).toEqual([])
  expect(step).toEqual({ text: 'Open it.', before: 'My file is a.txt. ', after: ' Answer with one word.' })
})

test('any text has at least one step, each a part of it, in linear time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (prompt) => {
      const steps = splitSteps(prompt)
      expect(steps.length).toBeGreaterThan(0)
      for (const { text } of steps) expect(prompt).toContain(text)
      for (const { before, after } of steps)
        expect(prompt.startsWith(before) && prompt.endsWith(after)).toBe(true)
    }),
  )
  const started = performance.now()
  for (const unit of [' ', '-', 'a', 'a.', '"', "'", '/', '1', 'a and ', '\n', 'A ', '.', '@', 'a:'])
    splitSteps(unit.repeat(50_000))
  expect(performance.now() - started).toBeLessThan(5_000)
})
