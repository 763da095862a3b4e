import { expect, test } from 'vitest'
import { EventLog } from '../../../../src/record/gateway/stdio-bridge/event-log.ts'

const kibibyte = Buffer.alloc(1024, 'x')

test('the latest 2 MiB are always kept, and never more than 4', () => {
  const log = new EventLog()
  for (let index = 1; index <= 10_000; index++) log.append({ stream: 1, index }, kibibyte)
  const kept = log.after({ stream: 1, index: 0 })
  expect(kept.length).toBeGreaterThan(1900)
  expect(kept.length).toBeLessThan(4096)
  expect(`${kept.at(-1)}`).toContain('id: 1.10000\n')
})

test('an event that is longer than all that is kept is kept alone', () => {
  const log = new EventLog()
  log.append({ stream: 1, index: 1 }, kibibyte)
  log.append({ stream: 1, index: 2 }, Buffer.alloc(5 * 1024 * 1024, 'x'))
  expect(log.after({ stream: 1, index: 0 })).toHaveLength(1)
})

test('what followed an event is that of its own stream', () => {
  const log = new EventLog()
  for (const stream of [1, 2]) for (const index of [1, 2]) log.append({ stream, index }, kibibyte)
  const followed = log.after({ stream: 2, index: 1 }).map(String)
  expect(followed).toHaveLength(1)
  expect(followed[0]).toContain('id: 2.2\n')
})
