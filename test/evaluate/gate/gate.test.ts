import { describe, expect, test } from 'vitest'
import type { EntryData } from '../../../src/domain/entry.ts'
import { detectableRate } from '../../../src/evaluate/gate/detectable.ts'
import { type History, historyOf } from '../../../src/evaluate/gate/evidence.ts'
import { judgeRun } from '../../../src/evaluate/gate/gate.ts'
import { suspectsToPlay } from '../../../src/evaluate/gate/play-again.ts'
import { simulateNight } from '../../../src/evaluate/gate/simulate.ts'
import { type GradedTrial, gradedTrial } from '../../../src/evaluate/graded-trial.ts'
import type { Plan } from '../../../src/evaluate/plan.ts'
import { scriptedModel } from '../../../src/models/scripted.ts'
import { suiteOf } from '../suites.ts'
import { testCase } from '../transcripts.ts'

const ids = ['a', 'b', 'c', 'd']
const plan: Plan = {
  suites: [
    suiteOf(
      'words',
      [],
      ids.map((id) => ({ ...testCase({}), id, hash: `truth of ${id}` })),
    ),
  ],
  models: [scriptedModel('scripted:one', []), scriptedModel('scripted:two', [])],
  exposures: ['full'],
  trials: 3,
  seed: 1,
}
const suite = plan.suites[0]?.name ?? ''

type Outcome = EntryData['trial']['outcome']

function trial(id: string, repetition: number, outcome: Outcome, model = 'scripted:one'): GradedTrial {
  return gradedTrial(
    {
      ...{
        run: 'tonight',
        trial: `${id} ${repetition}`,
        suite,
        case: id,
        caseHash: `truth of ${id}`,
        tags: [],
      },
      ...{ model, modelKind: 'test double', exposure: 'full', repetition, outcome, message: null },
      ...{ modelTurns: 1, toolCalls: 0, definitionTokens: null, totalTokens: null, violations: null },
      ...{ retrievalHit: null, durationMs: 1, stopped: null },
    },
    [],
  )
}

/** All cases of both models, three times; `id` of the first model ends as it is said to. */
function night(worse: Readonly<Record<string, Outcome>> = {}): readonly GradedTrial[] {
  return ['scripted:one', 'scripted:two'].flatMap((model) =>
    ids.flatMap((id) =>
      [1, 2, 3].map((repetition) =>
        trial(id, repetition, (model === 'scripted:one' && worse[id]) || 'passed', model),
      ),
    ),
  )
}

const repeat = (id: string, from: number, to: number, outcome: Outcome) =>
  Array.from({ length: to - from + 1 }, (_, index) => trial(id, from + index, outcome))

function history(nights: number, truthOf = (id: string) => `truth of ${id}`): History {
  const rows = Array.from({ length: nights }, (_, index) =>
    ['scripted:one', 'scripted:two'].flatMap((model) =>
      ids.map((id) => ({
        ...{ run: `run ${index}`, suite, case: id, case_hash: truthOf(id), model, exposure: 'full' },
        ...{ passed: 3, failed: 0 },
      })),
    ),
  )
  return historyOf(rows.flat())
}

const repetitionsOf = (trials: readonly GradedTrial[], before = history(14)) =>
  suspectsToPlay(plan, trials, before).map(({ testCase, model, repetition }) => [
    testCase.id,
    model.name,
    repetition,
  ])

describe('a suspect', () => {
  const failing = night({ b: 'failed' })

  test('is played again twice, then ten times, and then no more', () => {
    expect(repetitionsOf(failing)).toEqual([4, 5].map((repetition) => ['b', 'scripted:one', repetition]))
    const again = [...failing, ...repeat('b', 4, 5, 'failed')]
    expect(repetitionsOf(again)).toEqual(
      Array.from({ length: 10 }, (_, index) => ['b', 'scripted:one', 6 + index]),
    )
    expect(repetitionsOf([...again, ...repeat('b', 6, 15, 'infrastructure')])).toEqual([])
  })

  test('is played on where a kill left later repetitions without earlier ones', () => {
    const cut = [...failing, ...repeat('b', 5, 5, 'failed')]
    expect(repetitionsOf(cut)).toEqual([['b', 'scripted:one', 4]])
    const later = [...failing, ...repeat('b', 4, 5, 'failed'), ...repeat('b', 14, 15, 'failed')]
    expect(repetitionsOf(later).map(([, , repetition]) => repetition)).toEqual([6, 7, 8, 9, 10, 11, 12, 13])
  })

  test('that passes when it is played again is cleared', () => {
    expect(repetitionsOf([...failing, ...repeat('b', 4, 5, 'passed')])).toEqual([])
  })

  test('is none without history, and none where it could not be judged', () => {
    expect(repetitionsOf(failing, history(0))).toEqual([])
    expect(repetitionsOf(night({ b: 'infrastructure' }))).toEqual([])
  })

  test('is played with luck of its own', () => {
    const seeds = suspectsToPlay(plan, failing, history(14)).map(({ seed }) => seed)
    expect(new Set(seeds).size).toBe(2)
  })
})

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
    expect(cell).toMatchObject({ verdict: 'insufficient data', hasDrifted: true, isRegressed: false })
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

  test('comes with how often nothing broken would be called so', () => {
    const { calibration } = judgeRun(plan, night(), history(14))
    expect(calibration?.nights).toBeGreaterThanOrEqual(100)
    expect(calibration?.low).toBeLessThanOrEqual(0.05)
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
})
