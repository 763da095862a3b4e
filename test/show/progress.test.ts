import { expect, onTestFinished, test, vi } from 'vitest'
import { showProgress } from '../../src/show/progress.ts'
import { terminalOf } from '../../src/show/terminal.ts'

function written(isTTY: boolean, env = {}) {
  const chunks: string[] = []
  const terminal = terminalOf({ isTTY, columns: 80 }, env)
  const stream = { write: (text: string) => chunks.push(text) }
  const progress = showProgress(stream, terminal, { title: 'starting files', planned: 2 })
  progress.step({ infrastructureErrors: 0, costUsd: 0 })
  progress.message('a server is not there')
  progress.step({ infrastructureErrors: 1, costUsd: 0 })
  progress.end()
  return chunks.join('')
}

test('a pipe gets whole lines, without anything that moves a cursor', () => {
  const text = written(false)
  expect(text).not.toMatch(/[\r\u001b█]/)
  expect(text).toMatch(/^starting files\na server is not there\n2\/2 · .+ · 1 infrastructure error\n$/)
})

test('a terminal gets one line that is redrawn, and messages above it', () => {
  const text = written(true)
  const screen = text.split('\n').map((line) => line.split('\u001b[2K').at(-1)?.replace('\r', ''))
  expect(screen[0]).toBe('starting files')
  expect(screen[1]).toBe('a server is not there')
  expect(screen[2]).toMatch(/^█{40} 2\/2 · .+ · 1 infrastructure error$/)
  expect(screen).toHaveLength(4)
})

test('less than a second to go is not worth a word', () => {
  expect(written(true)).not.toContain('left')
})

test('a dumb terminal is treated as a pipe', () => {
  expect(written(true, { TERM: 'dumb' })).not.toMatch(/[\r\u001b]/)
})

test('who is waited for is named until all are there', () => {
  const chunks: string[] = []
  const stream = { write: (text: string) => chunks.push(text) }
  const progress = showProgress(stream, terminalOf({ isTTY: true, columns: 80 }, {}), {
    title: 'starting files, bench',
    planned: 2,
  })
  progress.wait(['bench'])
  progress.message('a note')
  expect(chunks.at(-1)).toMatch(/ starting bench · .+s$/)
  progress.wait([])
  progress.end()
  expect(chunks.join('')).toMatch(/ 0\/2 · [^\n]*\n$/)
})

test('what trials spent that did not end is told at the end, and no time that would be left', () => {
  const chunks: string[] = []
  const stream = { write: (text: string) => chunks.push(text) }
  const progress = showProgress(stream, terminalOf({ isTTY: false, columns: 80 }, {}), {
    title: 'starting files',
    planned: 1_000_000_000,
  })
  progress.step({ infrastructureErrors: 0, costUsd: 0.024 })
  progress.spend(0.027)
  progress.end()
  expect(chunks.join('')).toMatch(/^starting files\n1\/1,000,000,000 · [^·]+ · \$0\.027\n$/)
})

test('the time left is told by what trials took, not by how long servers took to start', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const chunks: string[] = []
  const stream = { write: (text: string) => chunks.push(text) }
  const progress = showProgress(stream, terminalOf({ isTTY: false, columns: 80 }, {}), {
    title: 'starting files',
    planned: 4,
  })
  progress.wait(['files'])
  vi.advanceTimersByTime(30_000)
  progress.wait([])
  vi.advanceTimersByTime(5_000)
  progress.step({ infrastructureErrors: 0, costUsd: 0 })
  vi.advanceTimersByTime(5_000)
  expect(chunks.at(-1)).toBe('1/4 · 40 s · about 30 s left\n')
})
