import { expect, test } from 'vitest'
import { ingestProgress } from '../../src/show/ingest-progress.ts'

function shown(isTTY: boolean, atMs: readonly number[]): string {
  let text = ''
  const times = [0, ...atMs]
  const stream = {
    isTTY,
    write: (more: string) => {
      text += more
    },
  }
  const progress = ingestProgress(stream, () => times.shift() ?? 0)
  for (const [index] of atMs.entries()) progress.step((index + 1) * 10_000)
  progress.end()
  return text
}

test('an ingest that takes long shows how far it is, and leaves nothing on the terminal', () => {
  expect(shown(true, [400, 2_000])).toBe('\r\u001b[2Kingesting: 20,000 entries · 2.0 s\r\u001b[2K')
})

test('a short one shows nothing, and a pipe is never written to', () => {
  expect(shown(true, [100, 300])).toBe('')
  expect(shown(false, [100, 9_000])).toBe('')
})
