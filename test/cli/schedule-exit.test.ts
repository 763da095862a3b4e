import { expect, test } from 'vitest'
import { scheduleExitCode } from '../../src/cli/schedule-exit.ts'

const ended = (exitCode: number | null, verdict: 'pass' | 'regressed' | null = null, delivered = true) => ({
  exitCode,
  verdict,
  webhooks: [{ webhook: 'w', delivered, attempts: 1, problem: delivered ? null : 'gone' }],
})

test.each([
  [[], 0],
  [[ended(0, 'pass')], 0],
  [[ended(0), ended(3), ended(1), ended(2)], 2],
  [[ended(3), ended(1, 'regressed')], 1],
  [[ended(130), ended(2)], 130],
  // Killed; outlived its scheduler; ended by Node itself; did what it should, and nobody was told.
  [[ended(null)], 3],
  [[ended(null, 'regressed')], 1],
  [[ended(null, 'pass')], 3],
  [[ended(134)], 3],
  [[ended(0, 'pass', false)], 3],
  [[ended(1, 'regressed', false)], 1],
])('%j ends with %i', (runs, code) => expect(scheduleExitCode(runs)).toBe(code))
