import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Json } from '../../src/domain/json.ts'
import { caseText } from '../../src/forensics/case-text.ts'
import type { PromotedCase } from '../../src/forensics/promoted-case.ts'

const heading = { id: 'one', origin: 'Recorded' }
const promoted = (more: Partial<PromotedCase>): PromotedCase => ({
  ...{ prompt: 'Do it.', calls: [], decide: [], remarks: [], recorded: [], problems: [] },
  ...more,
})

describe('a promoted case', () => {
  test('is a draft, with a mark at each thing that a person must decide, where there is one', () => {
    const call = { tool: 'db/drop', args: { name: 'old' }, decide: ['it failed. Should it?'], remarks: [] }
    const text = caseText(
      heading,
      promoted({ calls: [call], decide: ['nothing else'], remarks: ['It answered: Ok.'] }),
    )
    expect(text.split('\n')).toEqual([
      '# Recorded',
      '# A draft is played and shown, and never judged. Decide what is marked so, then take out `draft`.',
      '# DECIDE: nothing else',
      '- id: one',
      '  draft: true',
      '  prompt: Do it.',
      '  expect:',
      '    calls:',
      '      # It answered: Ok.',
      '      # DECIDE: it failed. Should it?',
      '      - tool: db/drop',
      '        args: { name: old }',
      '  tags: [ promoted ]',
      '',
    ])
    expect(caseText(heading, promoted({ calls: [{ ...call, decide: [] }] }))).not.toMatch(/draft|DECIDE/i)
  })

  const evil = '\u001b[2J"\n  - id: two\r\n# \u202e\u{e0041}\u2028\t: {x: &a *b'

  test('says what was recorded to the letter, and shows an editor nothing that it would act on', () => {
    const call = { tool: 'a/x', args: { [evil]: evil, list: [evil] }, decide: [evil], remarks: [evil] }
    const text = caseText(heading, promoted({ prompt: evil, calls: [call], remarks: [evil] }))
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(parse(text)).toEqual([
      {
        ...{ id: 'one', draft: true, prompt: evil, tags: ['promoted'] },
        expect: { calls: [{ tool: 'a/x', args: { [evil]: evil, list: [evil] } }] },
      },
    ])
  })

  test.each(['turn \u202e around', 'a\ttab', 'two\u2028\nlines', '\ud800'])(
    'is read as it was: %j',
    (prompt) => {
      const text = caseText(heading, promoted({ prompt }))
      expect(parse(text)).toMatchObject([{ prompt }])
      expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u)
    },
  )

  test('is read as it was, whatever was said', () => {
    const json = fc.json({ stringUnit: 'binary' }).map((text): Json => JSON.parse(text))

    const said = fc.record({ prompt: fc.string({ unit: 'binary', minLength: 1 }), value: json })
    fc.assert(
      fc.property(said, ({ prompt, value }) => {
        const call = { tool: 'a/x', args: { value: { equals: value } }, decide: [prompt], remarks: [prompt] }
        const [read] = parse(caseText(heading, promoted({ prompt, calls: [call], decide: [prompt] })))
        expect(read).toMatchObject({ prompt })
        expect(read.expect.calls[0].args).toEqual({ value: { equals: value } })
      }),
      { numRuns: 100 },
    )
  })
})
