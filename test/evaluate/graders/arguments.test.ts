import { expect, test } from 'vitest'
import { gradeTranscript } from '../../../src/evaluate/grade.ts'
import { calling, expected, testCase } from '../transcripts.ts'

const { signal } = new AbortController()

test('where no call is needed, another read of the same tool is one besides, and another write is wrong', async () => {
  const calls = ['files/read', 'files/write'].map((tool) => expected(tool, { path: { equals: 'a' } }))
  for (const [tool, extraReads, outcome] of [
    ['files/read', undefined, 'passed'],
    ['files/read', false, 'failed'],
    ['files/write', undefined, 'failed'],
  ] as const) {
    const asking = testCase({ calls, match: 'superset', extraReads })
    const seen = calling([tool, { path: 'b' }])
    expect(await gradeTranscript(asking, seen, signal)).toMatchObject({ outcome })
  }
})
