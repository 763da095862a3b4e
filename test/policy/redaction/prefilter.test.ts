import fc from 'fast-check'
import { expect, test } from 'vitest'
import { detectors } from '../../../src/policy/redaction/detectors.ts'
import { createPrefilter } from '../../../src/policy/redaction/prefilter.ts'

const hints = [...new Set(detectors.flatMap((detector) => detector.hints))]

/** What the prefilter is to find, one regular expression at a time. */
function placesOf(text: string, patterns: readonly string[]): readonly number[] {
  const places = new Set<number>()
  for (const pattern of patterns)
    for (let place = 0; place <= text.length; place++) {
      const matcher = new RegExp(pattern, 'y')
      matcher.lastIndex = place
      if (matcher.test(text)) places.add(place)
    }
  return [...places].sort((a, b) => a - b)
}

const leads = [
  ...[
    'password',
    'PassWd',
    'pwd=',
    'api_key',
    'ApI-kEy',
    'ghp_',
    'SK0123',
    'sk-',
    'xoxb-',
    'AKIA',
    'eyJabcde',
  ],
  ...['://u:p@', ':\\/\\/a:b@', '?key=', 'sig=', 'bearer ', 'Basic  abcdef', 'pass":', 'jwt,', 'auth\\\\":'],
  ...[
    '-----BEGIN ',
    'credentialId":',
    'tokens":',
    'Tokens",',
    'TokensEstimated":',
    'tokens of ',
    'tokens value',
    'request-state',
    'SG.',
    'é',
    '中',
    '𝔸',
    '"',
    '\\',
    '\n',
    ' ',
  ],
]

test('every place where a hint of a detector matches is found, and no other', () => {
  const prefilter = createPrefilter(hints)
  const text = fc.array(fc.oneof(fc.constantFrom(...leads), fc.string({ maxLength: 3 })), { maxLength: 8 })
  fc.assert(
    fc.property(text, (parts) => {
      expect(prefilter(parts.join(''))).toEqual(placesOf(parts.join(''), hints))
    }),
    { numRuns: 200 },
  )
})

test.each([
  ['alternatives, one inside the other', 'a(?:b|c(?:d|ef))g'],
  ['what may be absent', 'x[-_ ]?y{0,2}z'],
  ['what has no end', '-+b*(?:cd?)+e'],
  ['escapes and what is beyond Latin-1', '\\d\\u0041\\\\[^a-z]\\s'],
  ['one that is shorter than what is judged', 'k\\.'],
])('patterns with %s are understood', (_, pattern) => {
  const prefilter = createPrefilter([pattern])
  fc.assert(
    fc.property(fc.stringMatching(new RegExp(pattern)), fc.string({ maxLength: 4 }), (match, around) => {
      const text = around + match + around
      expect(prefilter(text)).toEqual(placesOf(text, [pattern]))
      expect(prefilter(text)).not.toEqual([])
    }),
  )
})

test('a place is found across the windows in which a long text is read, and at its end', () => {
  const prefilter = createPrefilter(hints)
  for (const at of [65_530, 65_534, 65_535, 65_536, 131_070]) {
    const text = `${'.'.repeat(at)}secret${'.'.repeat(3 * 65_536)}pwd`
    expect(prefilter(text), `${at}`).toEqual([at, text.length - 3])
  }
})

test('a group that is not understood is refused', () => {
  expect(() => createPrefilter(['a(b)c'])).toThrow('such a group is not understood here: a(b)c')
})
