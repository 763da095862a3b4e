import { expect, test } from 'vitest'
import { readResult } from '../../../src/evaluate/schedule/eval-result.ts'

test('a result tells whether its run was stopped, also where nobody is left who knows the exit code', () => {
  const told = (state: string) => readResult(JSON.stringify({ run: 'r', state, gate: null }))
  expect(told('interrupted')).toMatchObject({ run: 'r', exitCode: 130 })
  expect(told('completed')).toMatchObject({ run: 'r', exitCode: null })
})

test('the document of an evaluation says what regressed; anything else says nothing', () => {
  const cell = { model: 'm', exposure: 'full', has_drifted: false }
  const suspects = [
    { case: JSON.stringify(['files', 'a', 'truth']), is_confirmed: true },
    { case: JSON.stringify(['files', 'b', 'truth']), is_confirmed: false },
  ]
  const gate = {
    verdict: 'regressed',
    cells: [
      { ...cell, verdict: 'regressed', suspects },
      { ...cell, verdict: 'pass', suspects: [] },
    ],
  }
  expect(readResult(JSON.stringify({ run: 'r', gate }))).toEqual({
    ...{ run: 'r', exitCode: null, verdict: 'regressed' },
    regressed: [{ model: 'm', exposure: 'full', cases: ['files/a'], asAWhole: false }],
  })
  const nothing = { run: null, exitCode: null, verdict: null, regressed: [] }
  for (const text of ['', '{', '[]', '{"run":7}']) expect(readResult(text)).toEqual(nothing)
})
