import { describe, expect, test } from 'vitest'
import { detectableRate } from '../../../src/evaluate/gate/detectable.ts'
import { historyOf, type Regressions } from '../../../src/evaluate/gate/evidence.ts'
import { judgeRun } from '../../../src/evaluate/gate/gate.ts'
import { suspectsToPlay } from '../../../src/evaluate/gate/play-again.ts'
import { simulateNight } from '../../../src/evaluate/gate/simulate.ts'
import type { GradedTrial } from '../../../src/evaluate/graded-trial.ts'
import type { Plan } from '../../../src/evaluate/plan.ts'
import { suiteOf } from '../suites.ts'
import { testCase } from '../transcripts.ts'
import { history, ids, night, type Outcome, plan, repeat, suite, trial } from './nights.ts'

describe('a verdict', () => {
  const failing = [...night({ b: 'failed' }), ...repeat('b', 4, 5, 'failed')]

  test('is regressed where the fresh trials confirm it, for that cell alone', () => {
    const { verdict, cells } = judgeRun(plan, [...failing, ...repeat('b', 6, 15, 'failed')], history(14))
    expect([verdict, ...cells.map((cell) => cell.verdict)]).toEqual(['regressed', 'regressed', 'pass'])
    expect(cells[0]?.suspects).toMatchObject([{ isConfirmed: true, fresh: { passed: 0, n: 10 } }])
    expect(cells[0]).toMatchObject({ playedAgain: 12, trials: { planned: 12, judged: 12 } })
  })

  test('is pass where they do not', () => {
    const cleared = [...night({ b: 'failed' }), ...repeat('b', 4, 5, 'passed')]
    expect(judgeRun(plan, cleared, history(14))).toMatchObject({
      cells: [{ suspects: [{ isCleared: true, isConfirmed: false }] }, {}],
    })
  })

  test('is insufficient data where the suspect could not be played again', () => {
    const mild = [trial('b', 1, 'failed'), ...night().filter(({ trial }) => trial.trial !== 'b 1')]
    const open = [...mild, ...repeat('b', 4, 15, 'infrastructure')]
    const [cell] = judgeRun(plan, open, history(14)).cells
    expect(cell).toMatchObject({ verdict: 'insufficient data', shortcomings: [{ kind: 'unconfirmed' }] })
  })

  test('is insufficient data too where a suspect was played again by half, and says how much is missing', () => {
    const half = (trials: readonly GradedTrial[]) => judgeRun(plan, trials, history(14)).cells[0]
    const failing = [trial('b', 1, 'failed'), ...night().filter(({ trial }) => trial.trial !== 'b 1')]
    const [one, some] = [
      half([...failing, ...repeat('b', 4, 4, 'passed')]),
      half([...failing, ...repeat('b', 4, 5, 'failed'), ...repeat('b', 6, 12, 'passed')]),
    ]
    expect([one?.verdict, one?.shortcomings]).toEqual([
      'insufficient data',
      [{ kind: 'unconfirmed', suspects: 1, missing: 11 }],
    ])
    expect(some?.shortcomings).toEqual([{ kind: 'unconfirmed', suspects: 1, missing: 3 }])
    const [seven, eight] = [12, 13].map((last) =>
      half([...failing, ...repeat('b', 4, 5, 'failed'), ...repeat('b', 6, last, 'failed')]),
    )
    expect([seven?.verdict, seven?.shortcomings[0]?.kind]).toEqual(['insufficient data', 'unconfirmed'])
    expect([eight?.verdict, eight?.shortcomings]).toEqual(['regressed', []])
  })

  test('is never regressed after few nights, whatever the trials say, and that by cell', () => {
    const all = ids.flatMap((id) => repeat(id, 1, 15, 'failed'))
    const others = night().filter(({ trial }) => trial.model === 'scripted:two')
    const before = new Map(history(14))
    const [own = ''] = before.keys()
    before.set(own, before.get(own)?.slice(0, 4) ?? [])
    const { cells } = judgeRun(plan, [...all, ...others], before)
    expect(cells).toMatchObject([
      {
        verdict: 'insufficient data',
        shortcomings: [{ kind: 'few nights', nights: 4 }],
        detectableRate: null,
      },
      { verdict: 'pass', nights: 14 },
    ])
    expect(suspectsToPlay(plan, [...night({ b: 'failed' })], before)).toEqual([])
  })

  test('is insufficient data after few nights, and where trials could not be judged', () => {
    const few = judgeRun(plan, night(), history(4))
    expect(few.cells[0]?.shortcomings).toEqual([{ kind: 'few nights', nights: 4, needed: 5 }])
    expect(few.calibration).toBeNull()
    const broken = judgeRun(plan, night({ a: 'infrastructure' }), history(14))
    expect(broken.verdict).toBe('insufficient data')
    expect(broken.cells[0]).toMatchObject({
      shortcomings: [{ kind: 'few judged', judged: 9, planned: 12 }],
      trials: { planned: 12, judged: 9, notJudged: 0, infrastructure: 3, missing: 0 },
    })
  })

  test('as a whole is none where few trials could be judged, which is not what a confirmed suspect is', () => {
    const others = { a: 'infrastructure', c: 'infrastructure', d: 'infrastructure' } as const
    const trials = [trial('b', 1, 'failed'), ...night(others).filter(({ trial }) => trial.trial !== 'b 1')]
    const [cell] = judgeRun(plan, [...trials, ...repeat('b', 4, 5, 'passed')], history(14)).cells
    expect(cell?.trials).toMatchObject({ planned: 12, judged: 3 })
    expect(cell).toMatchObject({ verdict: 'insufficient data', hasDrifted: false, isRegressed: false })
    const broken = [...night({ ...others, b: 'failed' }), ...repeat('b', 4, 15, 'failed')]
    expect(judgeRun(plan, broken, history(14)).cells[0]).toMatchObject({ verdict: 'regressed' })
  })

  test('counts what was never played as missing, in every cell of the plan', () => {
    const one = judgeRun(plan, repeat('a', 1, 3, 'passed'), history(14))
    expect(one.cells.map(({ trials }) => trials.missing)).toEqual([9, 12])
    expect(one.verdict).toBe('insufficient data')
  })

  test('does not wait for drafts, which nobody judges', () => {
    const [first] = plan.suites
    const cases = first?.cases.map((each) => ({ ...each, draft: each.id !== 'a' })) ?? []
    const drafts = { ...plan, suites: [suiteOf('words', [], cases)] }
    const trials = night({ b: 'not judged', c: 'not judged', d: 'not judged' })
    expect(judgeRun(drafts, trials, history(14)).cells[0]).toMatchObject({
      verdict: 'pass',
      trials: { planned: 3, judged: 3, notJudged: 0 },
    })
    const onlyA = history(14, (id) => (id === 'a' ? 'truth of a' : 'another truth'))
    expect(judgeRun(drafts, trials, onlyA).cells[0]).toMatchObject({ newCases: 0, changedTruths: [] })
  })

  test('compares nothing with another truth, and says so', () => {
    const changed = history(14, (id) => (id === 'a' ? 'another truth' : `truth of ${id}`))
    const { cells } = judgeRun(plan, night({ a: 'failed' }), changed)
    expect(cells[0]).toMatchObject({
      ...{ comparable: 3, changedTruths: [`${suite}/a`], newCases: 0, suspects: [], nights: 14 },
    })
  })

  test('is none where most cases are others than those that were compared so far', () => {
    const changed = (count: number) =>
      history(14, (id) => (ids.indexOf(id) < count ? 'another truth' : `truth of ${id}`))
    const verdicts = [2, 3].map((count) => judgeRun(plan, night(), changed(count)).cells[0])
    expect(verdicts).toMatchObject([
      { verdict: 'pass', comparable: 2 },
      {
        verdict: 'insufficient data',
        shortcomings: [{ kind: 'few comparable', comparable: 1, cases: 4 }],
      },
    ])
  })

  test('comes with how often nothing broken would be called so', () => {
    const { calibration } = judgeRun(plan, night(), history(14))
    expect(calibration?.nights).toBeGreaterThanOrEqual(100)
    expect(calibration?.low).toBeLessThanOrEqual(0.05)
  })
})

describe('what regressed before', () => {
  const six = [...ids, 'e', 'f']
  const cases = six.map((id) => ({ ...testCase({}), id, hash: `truth of ${id}` }))
  const one: Plan = { ...plan, suites: [suiteOf(suite, [], cases)], models: plan.models.slice(0, 1) }
  const tonight = (id: string, outcome: Outcome) => [
    ...six.flatMap((each) => [1, 2, 3].map((n) => trial(each, n, each === id ? outcome : 'passed'))),
    ...repeat(id, 4, 15, outcome),
  ]
  const rowsOf = (run: string, broken: readonly string[]) =>
    six.map((id) => ({
      ...{ run, suite, case: id, case_hash: `truth of ${id}`, model: 'scripted:one', exposure: 'full' },
      ...(broken.includes(id) ? { passed: 0, failed: 3 } : { passed: 3, failed: 0 }),
    }))
  const judged = judgeRun(one, tonight('b', 'failed'), historyOf(nightsOf(14, []))).cells.map((cell) => ({
    ...cell,
    hasDrifted: false,
  }))
  function nightsOf(count: number, broken: readonly string[], name = 'whole') {
    return Array.from({ length: count }, (_, index) => rowsOf(`${name} ${index}`, broken)).flat()
  }
  const said = (count: number, cells = judged): Regressions =>
    new Map(Array.from({ length: count }, (_, index) => [`red ${index}`, cells]))
  const nightsAfter = (red: number, broken = ['b']) => [...nightsOf(red, broken, 'red'), ...nightsOf(14, [])]

  test.for([1, 6, 20])(
    '%s nights long is regressed still: a broken case is no baseline of its own',
    (red) => {
      const { verdict, cells } = judgeRun(one, tonight('b', 'failed'), historyOf(nightsAfter(red), said(red)))
      expect([verdict, cells[0]?.leftOut, cells[0]?.nights]).toEqual(['regressed', red, 14])
      expect(cells[0]?.suspects).toMatchObject([{ before: { passed: 42, n: 42 }, isConfirmed: true }])
    },
  )

  test('and is mended is as ever, and nights differ by no more than before', () => {
    const of = (...given: Parameters<typeof historyOf>) =>
      judgeRun(one, tonight('b', 'passed'), historyOf(...given)).cells[0]
    const [clean, mended, unsaid] = [of(nightsOf(14, [])), of(nightsAfter(4), said(4)), of(nightsAfter(4))]
    expect(mended).toMatchObject({ verdict: 'pass', suspects: [], comparable: 6 })
    const least = clean?.drift?.detectable ?? 0
    expect(mended?.drift?.detectable).toBeLessThan(least * 1.1)
    expect(unsaid?.drift?.detectable).toBeGreaterThan(least * 1.5)
  })

  test('as a whole is no night to compare with', () => {
    const whole = judged.map((cell) => ({ ...cell, hasDrifted: true }))
    const { cells } = judgeRun(one, tonight('b', 'passed'), historyOf(nightsAfter(4, six), said(4, whole)))
    expect(cells).toMatchObject([{ verdict: 'pass', suspects: [], nights: 14, leftOut: 4 }])
    const clean = judgeRun(one, tonight('b', 'passed'), historyOf(nightsOf(14, []))).cells[0]
    expect(cells[0]?.drift).toEqual(clean?.drift)
  })

  test('in all runs that there are passes for nothing: of those before nobody knows any more', () => {
    const all = historyOf(nightsOf(60, ['b'], 'red'), said(60))
    const { verdict, cells } = judgeRun(one, tonight('b', 'failed'), all)
    expect(verdict).toBe('insufficient data')
    expect(cells[0]?.shortcomings).toEqual([{ kind: 'always regressed', cases: [`${suite}/b`] }])
    expect(cells[0]?.newCases).toBe(0)
  })
})

test('with nothing to judge of tonight, the earlier runs are counted all the same', () => {
  const failed = night({ a: 'infrastructure', b: 'infrastructure', c: 'infrastructure', d: 'infrastructure' })
  expect(judgeRun(plan, failed, history(8)).cells[0]).toMatchObject({
    nights: 8,
    shortcomings: [{ kind: 'few judged', judged: 0, planned: 12 }],
  })
})

describe('on simulated nights', () => {
  const rates = Array.from({ length: 30 }, (_, index) => 0.5 + index / 60)
  const alarms = (brokenRates: readonly number[], drift = 0.2) =>
    Array.from(
      { length: 100 },
      (_, seed) => simulateNight([{ rates, brokenRates, drift, trials: 3, nights: 14 }], seed).cells[0],
    ).filter((cell) => cell?.isRegressed)

  test('what is broken is found, and what is not seldom is', () => {
    const broken = rates.map((rate, index) => (index === 20 ? 0 : rate))
    expect(alarms(broken).length).toBeGreaterThan(90)
    expect(alarms(rates).length).toBeLessThan(9)
  })

  test('a whole night that is worse is found though no case is', () => {
    const worse = alarms(
      rates.map((rate) => rate - 0.25),
      0.05,
    )
    expect(worse.filter((cell) => cell?.hasDrifted).length).toBeGreaterThan(80)
  })
})

describe('what would be found', () => {
  test('is more with more history, and nothing without', () => {
    const rates = [15, 42, 420].map((before) => detectableRate(before, 3, 4) ?? -1)
    expect([...rates].sort((a, b) => a - b)).toEqual(rates)
    expect(rates[0]).toBeGreaterThan(0)
    expect(detectableRate(0, 3, 4)).toBeNull()
  })

  // The largest of 0, .01, …, .99 for which P(suspect of 3) * P(suspect of 2) * P(found by 10) >= .8, each the sum of
  // scipy.stats.binom.pmf over what scipy.stats.hypergeom calls so
  test.each([
    [15, 3, 4, 0.32],
    [30, 3, 2, 0.38],
    [30, 3, 4, 0.36],
    [42, 3, 4, 0.38],
    [42, 3, 48, 0.32],
    [42, 1, 4, 0.17],
    [42, 5, 4, 0.41],
  ])('after %d trials, with %d a night and %d tests', (before, trials, tests, rate) => {
    expect(detectableRate(before, trials, tests)).toBe(rate)
  })

  test('is told for two hypotheses of each cell, and more where more suspects are left', () => {
    const rateOf = (trials: readonly GradedTrial[]) =>
      judgeRun(plan, trials, history(10)).cells[0]?.detectableRate
    expect(rateOf(night())).toBe(detectableRate(30, 3, 4))
    const two = [...night({ a: 'failed', b: 'failed' }), ...repeat('a', 4, 15, 'failed')]
    expect(rateOf([...two, ...repeat('b', 4, 15, 'failed')])).toBe(detectableRate(30, 3, 8))
  })
})
