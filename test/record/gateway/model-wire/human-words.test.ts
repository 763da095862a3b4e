import { expect, test } from 'vitest'
import { humanWords } from '../../../../src/record/gateway/model-wire/model-wire.ts'

test.for([
  ['Which port?', 'Which port?'],
  ['<system-reminder>\nToday is Friday.\n</system-reminder>\nWhich port?', 'Which port?'],
  [
    '<system-reminder>a</system-reminder>\n<system-reminder>b</system-reminder>\nWhich port?\n<system-reminder>c</system-reminder>',
    'Which port?',
  ],
  ['<current_datetime>2026-11-21</current_datetime>\n\nWhich port?', 'Which port?'],
  ['<system-reminder>nothing else</system-reminder>', '<system-reminder>nothing else</system-reminder>'],
  [
    'What does <system-reminder>x</system-reminder> mean?',
    'What does <system-reminder>x</system-reminder> mean?',
  ],
  ['<b>Which</b> port?', '<b>Which</b> port?'],
  ['<system-reminder>never closed Which port?', '<system-reminder>never closed Which port?'],
] as const)('%j says %j', ([text, words]) => {
  expect(humanWords(text)).toBe(words)
})
