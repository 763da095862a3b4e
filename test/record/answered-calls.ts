import { expect } from 'vitest'
import type { Home } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'

/** The journal of a recorder that was killed opens, has no hole, and has every call whose answer reached the client. */
export async function expectRecorded(home: Home, answered: readonly number[]): Promise<void> {
  const reader = readJournal(home)
  const logs = await reader.logs()
  expect(logs).toHaveLength(1)
  const requests = new Map<string, string>()
  const results = new Set<string>()
  let seq = 0
  for await (const { entry } of reader.entries(logs[0]?.log ?? '', 0)) {
    expect(entry.seq).toBe(seq++)
    if (entry.kind === 'tool_request') requests.set(entry.data.requestId ?? '', entry.data.span)
    if (entry.kind === 'tool_result') results.add(entry.data.span)
  }
  const missing = answered.filter((id) => !results.has(requests.get(String(id)) ?? ''))
  expect(missing).toEqual([])
  expect(answered.length).toBeGreaterThan(0)
}
