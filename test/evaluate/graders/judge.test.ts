import { describe, expect, test } from 'vitest'
import type { Model, ModelRequest } from '../../../src/domain/model.ts'
import type { Rubric } from '../../../src/domain/suite.ts'
import { judge } from '../../../src/evaluate/graders/judge.ts'
import { scriptedModel } from '../../../src/models/scripted.ts'
import { testCase, transcript } from '../transcripts.ts'

const rubric: Rubric = {
  rubric: 'The answer is polite.',
  examples: [
    { answer: 'Certainly, here you are.', verdict: 'pass' },
    { answer: 'Go away.', verdict: 'fail' },
  ],
  agreement: 1,
  votes: 3,
}

const textOf = ({ messages }: ModelRequest) =>
  messages.map((each) => ('text' in each ? each.text : '')).at(-1) ?? ''
const verdict = (word: string) => ({ text: JSON.stringify({ verdict: word }) })
/** Right about the examples; of anything else it says what it is told to, by seed. */
const judgeThatSays = (...words: readonly string[]) =>
  scriptedModel('scripted:judge', (request) => {
    const text = textOf(request)
    if (text.includes('Certainly')) return verdict('pass')
    return verdict(text.includes('Go away') ? 'fail' : (words[request.seed] ?? 'unsure'))
  })

async function grade(model: Model | null) {
  const context = { judge: model }
  const seen = transcript([], { answer: 'Thank you.' })
  return judge(testCase({ judge: rubric }), context)?.grade(seen, new AbortController().signal)
}

describe('a judge with a rubric', () => {
  test('judges where it agrees with the labelled examples and with itself, and says how far it does', async () => {
    const score = await grade(judgeThatSays('pass', 'pass', 'pass'))
    expect(score).toMatchObject({ value: 1, passed: true, details: { agreed: 2, examples: 2 } })
    expect(score?.reason).toContain('agrees with 2 of 2 labelled examples')
    expect(await grade(judgeThatSays('fail', 'fail', 'fail'))).toMatchObject({ value: 0, passed: false })
  })

  test('that is not sure, or says this and that, could not judge', async () => {
    expect(await grade(judgeThatSays('unsure', 'unsure', 'unsure'))).toMatchObject({
      value: null,
      passed: null,
    })
    expect(await grade(judgeThatSays('pass', 'fail', 'pass'))).toMatchObject({ value: null, passed: null })
    expect(await grade(scriptedModel('scripted:garbage', () => ({ text: 'PASS' })))).toMatchObject({
      value: null,
    })
  })

  test('that disagrees with the labelled examples judges nothing', async () => {
    const score = await grade(scriptedModel('scripted:kind', () => verdict('pass')))
    expect(score).toMatchObject({ value: null, passed: null, details: { agreed: 1, examples: 2 } })
    expect(score?.reason).toContain('agrees with 1 of 2 labelled examples: too few')
  })

  test('that is not there could not judge either', async () => {
    expect(await grade(null)).toMatchObject({ value: null, passed: null })
  })
})
