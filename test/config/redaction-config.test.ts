import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/calltrail-config.ts'
import { complaints, folderWith } from './files.ts'

const syntax = 'the syntax is that of https://github.com/google/re2/wiki/Syntax: no look-around, no \\1'

describe('what is wrong with a redaction is said with its place', () => {
  test.for<[fact: string, section: string, lines: readonly string[]]>([
    [
      'patterns that are none',
      "patterns:\n    - { kind: a, pattern: 'TCK-[0-9' }\n    - { kind: b, pattern: '(?=x)y' }\n",
      [
        'calltrail.yaml:3:27  redaction.patterns[0].pattern: expected a pattern as RE2 has them, found missing closing ]: `[0-9`',
        syntax,
        'calltrail.yaml:4:27  redaction.patterns[1].pattern: expected a pattern as RE2 has them, found invalid or unsupported Perl syntax: `(?=`',
        syntax,
      ],
    ],
    [
      'a pattern that matches nothing at all',
      "patterns: [{ kind: a, pattern: 'x*' }]",
      [
        'calltrail.yaml:2:34  redaction.patterns[0].pattern: expected a pattern that matches something, found one that matches the empty text',
        'say how much there must be: + instead of *, {6} instead of {0,6}',
      ],
    ],
    [
      'a kind that no placeholder can hold',
      'patterns: [{ kind: Ticket No, pattern: x }]',
      [
        'calltrail.yaml:2:22  redaction.patterns[0].kind: expected a kind of a-z, 0-9 and -, up to 32 of them, as in ticket-number, found "Ticket No"',
      ],
    ],
    [
      'a detector that there is not',
      'detect: [ibn]',
      [
        'calltrail.yaml:2:12  redaction.detect[0]: expected payment-card | iban | email | phone, found "ibn"',
        'nearest: iban',
      ],
    ],
    [
      'a name without a letter',
      "names: ['1']",
      [
        'calltrail.yaml:2:11  redaction.names[0]: expected a name of 2 to 64 letters, digits, blanks, _, . and -, as in ssn or tax_id, found "1"',
      ],
    ],
  ])('%s', async ([, section, lines]) => {
    const folder = await folderWith({ 'calltrail.yaml': `redaction:\n  ${section}\n` })
    expect(await complaints(() => loadConfig(undefined, folder))).toEqual(lines)
  })
})
