import { describe, expect, test } from 'vitest'
import type { Grader, GraderFactory, Transcript } from '../../src/domain/grader.ts'
import type { Case } from '../../src/domain/suite.ts'
import { calling, callTurn, decided, modelTurn, testCase, transcript } from '../evaluate/transcripts.ts'

const { signal } = new AbortController()

const malformed = decided('a', 'files/read', null)
const redacted = decided('b', 'files/read', { path: '[redacted:secret:0a1b]' })

const transcripts: Readonly<Record<string, Transcript>> = {
  'nothing at all': transcript([], { answer: null, stopped: 'step limit' }),
  'an answer': transcript([modelTurn({ text: 'Done.' })]),
  'a call': calling(['files/read', { path: 'a' }]),
  'some calls': calling(['files/read', { path: 'a' }], ['files/write', { path: 'b' }], ['files/move']),
  'a malformed call': transcript([modelTurn({ decisions: [malformed] }), modelTurn({ text: 'Done.' })]),
  'redacted arguments': transcript([modelTurn({ decisions: [redacted] }), callTurn(redacted)]),
  'a redacted answer': transcript([modelTurn({})], { answer: 'It is [redacted:secret:0a1b].' }),
}

/** `asks` are cases that ask something of the grader, `isAskedAlways` where every case does. A measurement has nothing to pass. */
export function describeGraderContract(
  name: string,
  create: GraderFactory,
  {
    asks,
    isMeasurement = false,
    isAskedAlways = false,
  }: { readonly asks: readonly Case[]; readonly isMeasurement?: boolean; readonly isAskedAlways?: boolean },
): void {
  describe(`the grader ${name}`, () => {
    const graderOf = (asking: Case): Grader => {
      const grader = create(asking)
      if (!grader) throw new Error(`${name} has nothing to judge`)
      return grader
    }
    const situations = asks.flatMap((asking) =>
      Object.entries(transcripts).map(([what, seen]) => ({ asking, what, seen })),
    )

    test('is there only for a case that asks something of it', () => {
      for (const asking of asks) expect(create(asking)).not.toBeNull()
      expect(create(testCase({})) === null).toBe(!isAskedAlways)
    })

    test('has the name that its scores have', async () => {
      for (const { asking, seen } of situations) {
        expect(graderOf(asking).name).toBe(name)
        expect((await graderOf(asking).grade(seen, signal)).grader).toBe(name)
      }
    })

    test.each(situations)('says in words why, for $what', async ({ asking, seen }) => {
      expect((await graderOf(asking).grade(seen, signal)).reason).not.toBe('')
    })

    test.each(situations)(
      'gives a number or null, and fails nothing that it could not judge: $what',
      async ({ asking, seen }) => {
        const { value, passed, details = {} } = await graderOf(asking).grade(seen, signal)
        for (const number of [value, ...Object.values(details)]) expect(number).not.toBeNaN()
        if (isMeasurement) expect(passed).toBeNull()
        if (value === null) expect(passed).not.toBe(false)
        else if (!isMeasurement) {
          expect(passed).not.toBeNull()
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      },
    )

    test.each(situations)('says the same twice and changes nothing: $what', async ({ asking, seen }) => {
      const before = structuredClone(seen)
      const first = await graderOf(asking).grade(seen, signal)
      expect(await graderOf(asking).grade(seen, signal)).toEqual(first)
      expect(seen).toEqual(before)
    })
  })
}
