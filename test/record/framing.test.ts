import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Frame, type FramingOptions, ndjsonFraming, type Verdict } from '../../src/record/framing.ts'

/** Bytes rich in newlines, in chunks that end anywhere: in a character, in a line end. */
const bytes = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 50 }),
      fc
        .constantFrom('\n', '\r\n', '{"a":"ü🚆"}\r\n', '{"jsonrpc":', '\n\n')
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.concat(parts))
const chunks = fc.tuple(bytes, fc.array(fc.nat(), { maxLength: 30 })).map(([whole, cuts]) => {
  const ends = [...cuts.map((cut) => cut % (whole.length + 1)), whole.length].sort((a, b) => a - b)
  return ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end))
})
const copyLimit = fc.integer({ min: 1, max: 60 })

function run(parts: readonly Uint8Array[], options: Partial<FramingOptions> = {}) {
  const frames: Frame[] = []
  const framing = ndjsonFraming({
    copyBytes: 1000,
    onFrame(frame) {
      frames.push(frame)
      return 'forward'
    },
    ...options,
  })
  const out = [...parts.flatMap((part) => framing.push(Buffer.from(part))), ...framing.end()]
  return { frames, out: Buffer.concat(out) }
}

test('whatever bytes go in come out, in any chunks, streamed or buffered, copied or not', () => {
  fc.assert(
    fc.property(chunks, copyLimit, fc.boolean(), (parts, copyBytes, buffered) => {
      const { out } = run(parts, { copyBytes, buffered })
      expect(out).toEqual(Buffer.concat(parts))
    }),
    { numRuns: 500 },
  )
})

test('the frames do not depend on the chunks', () => {
  fc.assert(
    fc.property(chunks, copyLimit, (parts, copyBytes) => {
      const whole = run([Buffer.concat(parts)], { copyBytes })
      expect(run(parts, { copyBytes }).frames).toEqual(whole.frames)
      const lines = Buffer.concat(parts).toString('latin1').split('\n')
      expect(whole.frames.map(({ bytes }) => bytes)).toEqual(
        lines.map(({ length }) => length).filter(Boolean),
      )
    }),
    { numRuns: 500 },
  )
})

test('all of a chunk but its unfinished frame is observed before it leaves', () => {
  const events: string[] = []
  const framing = ndjsonFraming({
    copyBytes: 100,
    onFrame: ({ text }) => {
      events.push(`frame ${text}`)
      return 'forward'
    },
    onGroup: () => events.push('group'),
  })
  for (const chunk of ['a\nb\nc', 'c', '\n'])
    for (const part of framing.push(Buffer.from(chunk))) events.push(`out ${Buffer.from(part)}`)
  expect(events).toEqual([
    'frame a',
    'frame b',
    'group',
    'out a\nb\nc',
    'out c',
    'frame cc',
    'group',
    'out \n',
  ])
})

test('of a frame that is too long only its edges are kept, and memory does not grow with it', () => {
  const long = `{"id":7,"text":"${'x'.repeat(1_000_000)}","end":true}`
  const parts = [...`${long}\n{"b":1}\n`.matchAll(/.{1,777}/gs)].map(([part]) => Buffer.from(part))
  const { frames, out } = run(parts, { copyBytes: 5000 })
  expect(out.toString()).toBe(`${long}\n{"b":1}\n`)
  expect(frames).toEqual([
    { text: null, bytes: long.length, edges: { head: long.slice(0, 4096), tail: long.slice(-4096) } },
    { text: '{"b":1}', bytes: 7 },
  ])
})

describe('with verdicts', () => {
  const verdicts: Record<string, Verdict> = {
    stop: 'hold',
    change: { replace: () => Buffer.from('changed\n') },
  }
  const decide = (parts: readonly string[]) =>
    run(
      parts.map((part) => Buffer.from(part)),
      { buffered: true, onFrame: ({ text }) => verdicts[text ?? ''] ?? 'forward' },
    ).out.toString()

  test('a frame is held back or replaced as a whole, wherever its chunks end', () => {
    const text = 'one\nstop\ntwo\r\nchange\nthree'
    for (let cut = 0; cut <= text.length; cut++)
      expect(decide([text.slice(0, cut), text.slice(cut)])).toBe('one\ntwo\r\nchanged\nthree')
  })
})
