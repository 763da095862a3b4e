import { describe, expect, test } from 'vitest'
import { suspectsToPlay } from '../../../src/evaluate/gate/play-again.ts'
import type { GradedTrial } from '../../../src/evaluate/graded-trial.ts'
import { history, night, plan, repeat } from './nights.ts'

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
