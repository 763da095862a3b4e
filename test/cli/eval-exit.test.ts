import { expect, test } from 'vitest'
import { compareExitCode } from '../../src/cli/compare.ts'
import { evalExitCode } from '../../src/cli/eval-exit.ts'
import { asBegun } from '../../src/cli/eval-gate.ts'
import type { CellComparison } from '../../src/evaluate/compare/compare.ts'
import type { GradedTrial } from '../../src/evaluate/graded-trial.ts'

const trial = (outcome: GradedTrial['trial']['outcome']): GradedTrial => ({
  trial: {
    ...{ run: 'r', trial: 't', suite: 's', case: 'c', caseHash: 'h', tags: [], model: 'm', modelKind: 'k' },
    ...{ exposure: 'full', repetition: 1, outcome, message: null, modelTurns: 1, toolCalls: 0 },
    ...{ definitionTokens: null, totalTokens: null, violations: 3, retrievalHit: null },
    ...{ durationMs: 1, stopped: null },
  },
  scores: [],
  failure: null,
})
const verdicts = [null, 'pass', 'regressed', 'insufficient data'] as const
const gates = [{}, { baseline: 'latest' }, { gate: true }, { strictGate: true }] as const
const parts = [[trial('passed'), trial('failed')], [trial('not judged')], [], [trial('infrastructure')]]
const either = [false, true]

test('the exit code is the first that applies, whatever else does', () => {
  const seen = new Set<number>()
  for (const isInterrupted of either)
    for (const isLate of either)
      for (const isKept of either)
        for (const trials of parts)
          for (const more of parts)
            for (const verdict of verdicts)
              for (const options of gates) {
                const ending = {
                  run: { trials, more },
                  verdict: verdict && { verdict },
                  isInterrupted,
                  isLate,
                  isKept,
                }
                const isGated = 'gate' in options || 'strictGate' in options
                const isRefused =
                  (verdict === 'regressed' && isGated) ||
                  (verdict === 'insufficient data' && 'strictGate' in options)
                const isBroken = isLate || !isKept || trials === parts[3] || more === parts[3]
                const expected = isInterrupted ? 130 : isRefused ? 1 : isBroken ? 3 : 0
                const code = evalExitCode(ending, options)
                expect([code, ending, options]).toEqual([expected, ending, options])
                seen.add(code)
              }
  expect(seen).toEqual(new Set([130, 1, 3, 0]))
})

test('a comparison fails where it is asked to, and where nothing can be told only if that is meant too', () => {
  const both = { onlyA: [], onlyB: [] }
  const ways = [{}, { failOn: 'regressed' }, { failOn: 'insufficient-data' }] as const
  const of = (...verdicts: readonly CellComparison['verdict'][]) => {
    const cells = verdicts.map((verdict) => ({ verdict, changed: [] }))
    return ways.map((options) => compareExitCode({ ...both, cells }, options))
  }
  expect(of('better', 'worse')).toEqual([0, 1, 1])
  expect(of('better', 'no difference seen')).toEqual([0, 0, 0])
  expect(of('better', 'nothing to compare')).toEqual([0, 0, 1])
  expect(of('better', 'insufficient data')).toEqual([0, 0, 1])
  expect(of()).toEqual([0, 0, 1])
  // A cell that only one of the runs played.
  const alone = [{ model: 'm', exposure: 'search' }]
  const cells = [{ verdict: 'better', changed: [] }] as const
  for (const only of [{ onlyA: alone }, { onlyB: alone }])
    expect(ways.map((options) => compareExitCode({ ...both, ...only, cells }, options))).toEqual([0, 0, 1])
  // One case of many, of which the whole shows nothing.
  const passes = (passed: number) => ({ passed, n: 10 })
  const change = { suite: 's', case: 'c', a: passes(10), b: passes(0), q: 0.001, isCertain: true }
  const cell = (changed: typeof change) =>
    ({ ...both, cells: [{ verdict: 'no difference seen', changed: [changed] }] }) as const
  expect(compareExitCode(cell(change), { failOn: 'regressed' })).toBe(1)
  expect(compareExitCode(cell({ ...change, isCertain: false }), { failOn: 'regressed' })).toBe(0)
  expect(compareExitCode(cell({ ...change, a: passes(0), b: passes(10) }), { failOn: 'regressed' })).toBe(0)
})

test('a run that is taken up is compared as it was begun, unless the command line says more', () => {
  const begun = { baseline: 'r1', failOn: 'regressed' } as const
  expect(asBegun({}, begun)).toEqual({ baseline: 'r1', gate: true })
  expect(asBegun({}, { baseline: 'latest', failOn: 'nothing' })).toEqual({ baseline: 'latest' })
  expect(asBegun({}, { ...begun, failOn: 'insufficient data' })).toEqual({ baseline: 'r1', strictGate: true })
  expect(asBegun({ strictGate: true }, begun)).toEqual({ baseline: 'r1', strictGate: true })
  expect(asBegun({ baseline: 'r2' }, begun)).toEqual({ baseline: 'r2', gate: true })
  expect(asBegun({ gate: true }, null)).toEqual({ gate: true })
})
