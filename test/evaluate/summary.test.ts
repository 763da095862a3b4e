import { describe, expect, test } from 'vitest'
import type { EntryData } from '../../src/domain/entry.ts'
import type { Failure } from '../../src/evaluate/failure.ts'
import type { GradedTrial } from '../../src/evaluate/graded-trial.ts'
import { wilsonInterval } from '../../src/evaluate/statistics/pass-rate.ts'
import { summarise } from '../../src/evaluate/summary.ts'

function graded(
  trial: Partial<EntryData['trial']>,
  scores: Readonly<Record<string, number | null>> = {},
  failure: Failure = { category: 'wrong answer', reason: 'wrong' },
): GradedTrial {
  const full: EntryData['trial'] = {
    run: 'r',
    trial: 't',
    suite: 'files',
    case: 'one',
    caseHash: '00',
    tags: [],
    model: 'baseline:lexical',
    modelKind: 'baseline',
    exposure: 'full',
    repetition: 1,
    outcome: 'passed',
    message: null,
    modelTurns: 1,
    toolCalls: 1,
    definitionTokens: 1000,
    totalTokens: 1500,
    violations: 0,
    retrievalHit: null,
    durationMs: 1,
    stopped: 'answered',
    ...trial,
  }
  const entries = Object.entries(scores).map(([grader, value]) => ({
    run: 'r',
    trial: 't',
    grader,
    value,
    passed: null,
    reason: 'so',
    details: { recall: value },
  }))
  return { trial: full, scores: entries, failure: full.outcome === 'failed' ? failure : null }
}

describe('a cell', () => {
  test('counts what was judged, and keeps the rest apart', () => {
    const { cells } = summarise([
      graded({ case: 'one' }),
      graded({ case: 'two', outcome: 'failed' }),
      graded({ case: 'three', outcome: 'not judged' }),
      graded({ case: 'four', outcome: 'infrastructure', violations: 9, totalTokens: 9, definitionTokens: 9 }),
    ])
    expect(cells).toHaveLength(1)
    expect(cells[0]).toMatchObject({
      model: 'baseline:lexical',
      exposure: 'full',
      passRate: { rate: 0.5, ...wilsonInterval(1, 2), n: 2 },
      trials: 3,
      notJudged: 1,
      infrastructureErrors: 1,
      definitionTokens: 1000,
      totalTokens: 1500,
      violationsPer100: 0,
    })
  })

  // Of k = 1: mean ± t(3)·√Σ(x − x̄)²/4 of 2/3, 1, 0 and 1; scipy.stats.t.ppf(.975, 3) = 3.1824463
  test('has pass@k and pass^k of repeated cases, without those played too seldom, for every k', () => {
    const played = (id: string, outcomes: readonly ('passed' | 'failed' | 'infrastructure')[]) =>
      outcomes.map((outcome, index) => graded({ case: id, outcome, repetition: index + 1 }))
    const [cell] = summarise([
      ...played('a', ['passed', 'passed', 'failed']),
      ...played('b', ['passed', 'passed', 'passed']),
      ...played('c', ['failed', 'failed', 'failed']),
      ...played('d', ['passed', 'passed', 'infrastructure']),
    ]).cells
    const [one, two, three] = cell?.repeated ?? []
    expect(cell?.repeated.map(({ k }) => k)).toEqual([1, 2, 3])
    expect(one?.passAtK?.rate).toBeCloseTo(one?.passHatK?.rate ?? 0, 12)
    expect(one?.passHatK?.low).toBeCloseTo(0.0170525, 6)
    expect(one?.passHatK?.rate).toBeCloseTo((2 / 3 + 1 + 0 + 1) / 4, 12)
    expect(two?.passHatK?.rate).toBeCloseTo((1 / 3 + 1 + 0 + 1) / 4, 12)
    expect(two?.passAtK?.rate).toBeCloseTo(3 / 4, 12)
    expect(three).toMatchObject({
      passHatK: { rate: 1 / 3, ...wilsonInterval(1, 3), n: 3 },
      passAtK: { rate: 2 / 3, ...wilsonInterval(2, 3), n: 3 },
    })
    expect(summarise(played('a', ['passed'])).cells[0]?.repeated).toEqual([])
  })

  test.each([
    [
      ['passed', 'passed'],
      ['failed', 'failed'],
      ['passed', 'passed'],
    ],
    [
      ['passed', 'passed'],
      ['failed', 'passed'],
      ['passed', 'passed'],
    ],
    [
      ['passed', 'passed'],
      ['passed', 'passed'],
    ],
  ] as const)('is pass^1 and pass@1 by another name, its interval too', (...cases) => {
    const trials = cases.flatMap((outcomes, index) =>
      outcomes.map((outcome, at) => graded({ case: `${index}`, outcome, repetition: at + 1 })),
    )
    const [cell] = summarise(trials).cells
    const { rate, low, high } = cell?.passRate ?? {}
    const [one] = cell?.repeated ?? []
    for (const single of [one?.passHatK, one?.passAtK])
      expect(single).toEqual({ rate, low, high, n: cases.length })
  })

  test('knows nothing when nothing was known', () => {
    const nothing = { totalTokens: null, definitionTokens: null, outcome: 'not judged' } as const
    expect(summarise([graded(nothing)]).cells[0]).toMatchObject({
      passRate: null,
      selectionF1: null,
      argumentAccuracy: null,
      definitionTokens: null,
      totalTokens: null,
      retrievalHit: null,
      savingVsFull: null,
    })
    expect(summarise([graded({ outcome: 'infrastructure' })]).cells[0]?.violationsPer100).toBeNull()
  })

  test('leaves scores that could not be judged out of the mean', () => {
    const { cells } = summarise([
      graded({ case: 'one' }, { selection: 1, arguments: 0.5 }),
      graded({ case: 'two' }, { selection: 0, arguments: null }),
      graded({ case: 'three' }, {}),
    ])
    expect(cells[0]).toMatchObject({ selectionF1: 0.5, argumentAccuracy: 0.5 })
  })

  test('gives definition tokens per request, violations per 100 trials, and the hits of those that searched', () => {
    const { cells } = summarise([
      graded({ exposure: 'search', modelTurns: 3, definitionTokens: 100, violations: 1, retrievalHit: 1 }),
      graded({ exposure: 'search', modelTurns: 1, definitionTokens: 500, case: 'two', retrievalHit: 0 }),
      graded({ exposure: 'search', modelTurns: 0, definitionTokens: null, case: 'three' }),
    ])
    expect(cells[0]).toMatchObject({ definitionTokens: 200, retrievalHit: 0.5 })
    expect(cells[0]?.violationsPer100).toBeCloseTo(100 / 3, 12)
  })

  test('saves against full of the same model, on the cases that both have', () => {
    const { cells } = summarise([
      graded({ model: 'm', exposure: 'search', definitionTokens: 100 }),
      graded({ model: 'm', exposure: 'search', definitionTokens: 900, case: 'two' }),
      graded({ model: 'm', exposure: 'full', definitionTokens: 1000 }),
      graded({
        model: 'm',
        exposure: 'full',
        definitionTokens: 5000,
        case: 'two',
        outcome: 'infrastructure',
      }),
      graded({ model: 'other', exposure: 'search', definitionTokens: 100 }),
    ])
    const saved = cells.map(({ model, exposure, savingVsFull }) => [model, exposure, savingVsFull])
    expect(saved).toEqual([
      ['m', 'full', null],
      ['m', 'search', 0.9],
      ['other', 'search', null],
    ])
  })

  test('tells with a saving the turns it adds on the same cases, and what was selected of what was found', () => {
    const { cells } = summarise([
      graded({ exposure: 'full', modelTurns: 2 }),
      graded({ exposure: 'full', modelTurns: 9, case: 'two', outcome: 'infrastructure' }),
      graded({ exposure: 'search', modelTurns: 5, retrievalHit: 1 }, { selection: 0.5 }),
      graded({ exposure: 'search', modelTurns: 7, retrievalHit: 1, case: 'two' }, { selection: 1 }),
      graded({ exposure: 'search', modelTurns: 3, retrievalHit: 0.5, case: 'three' }, { selection: 0 }),
    ])
    expect(
      cells.map(({ turns, addedTurns, selectionGivenHit }) => [turns, addedTurns, selectionGivenHit]),
    ).toEqual([
      [2, null, null],
      [5, 3, 0.75],
    ])
  })

  test('measures every request against what the same case shows in full, however many requests each took', () => {
    const { cells } = summarise([
      graded({ exposure: 'slim', definitionTokens: 100, modelTurns: 9, case: 'small' }),
      graded({ exposure: 'slim', definitionTokens: 5000, modelTurns: 1, case: 'large' }),
      graded({ exposure: 'full', definitionTokens: 200, modelTurns: 1, case: 'small' }),
      graded({ exposure: 'full', definitionTokens: 10_000, modelTurns: 9, case: 'large' }),
    ])
    expect(cells[1]?.savingVsFull).toBeCloseTo(0.5, 12)
  })

  test('counts the added turns of each case the same, however often it was played', () => {
    const { cells } = summarise([
      graded({ exposure: 'full', modelTurns: 1 }),
      graded({ exposure: 'full', modelTurns: 1, case: 'two' }),
      graded({ exposure: 'slim', modelTurns: 2 }),
      graded({ exposure: 'slim', modelTurns: 2, repetition: 2 }),
      graded({ exposure: 'slim', modelTurns: 5, case: 'two' }),
    ])
    expect(cells[1]?.addedTurns).toBe(2.5)
  })

  test('knows no cost where that of one trial is unknown', () => {
    const costs = (...usd: readonly (number | null)[]) =>
      summarise(usd.map((costUsd, index) => graded({ costUsd, case: `${index}` }))).cells[0]?.costUsd
    expect([costs(0.1, 0.3), costs(0.1, null)]).toEqual([0.2, null])
  })

  test('knows no violations where no policy was asked, and leaves those trials out', () => {
    const policed = [graded({ violations: 2 }), graded({ violations: null, case: 'two' })]
    expect(summarise(policed).cells[0]?.violationsPer100).toBe(200)
    expect(summarise(policed.slice(1)).cells[0]?.violationsPer100).toBeNull()
  })

  test('says that tokens are estimated as soon as those of one trial are', () => {
    const counted = graded({ totalTokensEstimated: false })
    const guessed = graded({ totalTokensEstimated: true, case: 'two' })
    expect(summarise([counted]).cells[0]?.totalTokensEstimated).toBe(false)
    expect(summarise([counted, guessed]).cells[0]?.totalTokensEstimated).toBe(true)
  })
})

describe('where it fails most', () => {
  const chose = { category: 'not selected', reason: 'chose a, expected b' } as const
  const hidden = { category: 'not retrieved', reason: 'b was not among the 5 tools found' } as const
  const { failures, categories } = summarise([
    graded({ case: 'half', outcome: 'failed' }, {}, chose),
    graded({ case: 'half' }),
    graded({ case: 'never', outcome: 'failed' }, {}, chose),
    graded({ case: 'never', outcome: 'failed', exposure: 'search' }, {}, hidden),
    graded({ case: 'never', outcome: 'failed', exposure: 'search', repetition: 2 }, {}, hidden),
    graded({ case: 'always' }),
    graded({ case: 'broken', outcome: 'infrastructure' }),
  ])

  test('the worst case comes first, with every reason, how often and where it failed for that, and every cell', () => {
    expect(failures).toEqual([
      {
        suite: 'files',
        case: 'never',
        passed: 0,
        judged: 3,
        cells: [
          { model: 'baseline:lexical', exposure: 'full', passed: 0, judged: 1 },
          { model: 'baseline:lexical', exposure: 'search', passed: 0, judged: 2 },
        ],
        reasons: [
          { failure: hidden, trials: 2, cells: [{ model: 'baseline:lexical', exposure: 'search' }] },
          { failure: chose, trials: 1, cells: [{ model: 'baseline:lexical', exposure: 'full' }] },
        ],
      },
      expect.objectContaining({
        ...{ case: 'half', passed: 1, judged: 2 },
        reasons: [{ failure: chose, trials: 1, cells: [{ model: 'baseline:lexical', exposure: 'full' }] }],
      }),
    ])
  })

  test('failed trials are counted by category', () => {
    expect(categories).toEqual([
      { category: 'not selected', trials: 2 },
      { category: 'not retrieved', trials: 2 },
    ])
  })
})
