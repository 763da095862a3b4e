import { expect, test } from 'vitest'
import type { Transcript } from '../../../src/domain/grader.ts'
import { state } from '../../../src/evaluate/graders/state.ts'
import { testCase, transcript } from '../transcripts.ts'

test('a check of the state whose call failed does not hold, whatever it said', async () => {
  const asking = testCase({ state: [{ tool: 'files/read', args: {}, result: [{ contains: 'port' }] }] })
  const made = (isError: boolean) =>
    transcript([
      {
        ...{ type: 'check', purpose: 'state', index: 0, tool: 'files/read' },
        result: { content: [{ type: 'text', text: 'no port here' }], isError },
      },
    ])
  const grade = (seen: Transcript) => state(asking)?.grade(seen, new AbortController().signal)
  expect(await grade(made(false))).toMatchObject({ passed: true })
  expect(await grade(made(true))).toMatchObject({
    ...{ value: 0, passed: false },
    reason: 'files/read failed: "no port here"',
  })
})
