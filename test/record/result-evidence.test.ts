import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/policy/redactor.ts'
import type { SaidResult } from '../../src/record/observation.ts'
import { carriedResult, resultEvidence, resultReadings } from '../../src/record/result-evidence.ts'

const redactor = createRedactor(Buffer.alloc(32, 1))
const text = 'the port is 8080\nno more\n'
const structured = { port: 8080, content: text }
const json = JSON.stringify(structured)

/** Whether the call's evidence and that of the request that carries it have a fingerprint in common. */
function meet(carried: string, said: SaidResult = { text, structured }): boolean {
  const { resultHash = '', structuredResultHash = '' } = resultEvidence(said, 100, redactor)
  const { hashes } = carriedResult({ callId: 'call_1', text: carried }, redactor)
  return hashes.includes(resultHash) || hashes.includes(structuredResultHash)
}

const said = { text, structured: undefined }
const reminder = '<system-reminder>\n<total_tokens>14999970 tokens left</total_tokens>\n</system-reminder>'

describe('a result is known again, as a client hands it on:', () => {
  test.for([
    ['to the letter (opencode)', text, said],
    ['in an element (Gemini CLI)', `<untrusted_context>\n${text}\n</untrusted_context>`, said],
    [
      'below a heading, as structured content (Codex)',
      `Wall time: 0.01 seconds\nOutput:\n${json}`,
      undefined,
    ],
    [
      'below a heading, as the content of a result (Codex)',
      `Wall time: 0.01 seconds\nOutput:\n${JSON.stringify([{ type: 'text', text }])}`,
      said,
    ],
    ['as structured content, with an element after it (Claude Code)', `${json}\n\n${reminder}`, undefined],
    ['as text, with an element after it', `${text}\n\n${reminder}`, said],
    ['as text, with an element before it', `${reminder}\n${text}`, said],
    ['as both, text first (Copilot CLI)', `${text}\n\n${json}`, undefined],
    ['as text beside data that nobody knows', `${text}\n\n${json}`, said],
    ['as both, data first (Qwen Code)', `${json}\n${text}`, undefined],
    ['as data that is written otherwise', JSON.stringify({ content: text, port: 8080 }, null, 2), undefined],
    ['as the only member of an object', JSON.stringify({ error: text }), said],
    ['as the JSON that it came in', JSON.stringify({ content: [{ type: 'text', text }] }), said],
  ] as const)('%s', ([, carried, result]) => {
    expect(meet(carried, result)).toBe(true)
  })
})

test('another result is another one, whatever stands around it', () => {
  const other = { text: 'the port is 8081\n', structured: { port: 8081 } }
  for (const carried of [text, `${json}\n\n${reminder}`, `Output:\n${json}`, `${text}\n\n${json}`])
    expect(meet(carried, other)).toBe(false)
})

test('a short result says nothing, and so does the same as data', () => {
  expect(resultEvidence({ text: 'ok\n', structured: { result: 'ok' } }, 100, redactor)).toEqual({})
  expect(resultReadings('  \n')).toEqual([])
})

test('the readings are few, whatever the text', () => {
  const nested = Array.from({ length: 200 }, (_, nth) => `<a${nth}>x</a${nth}>`).join('\n')
  const lines = Array.from({ length: 200 }, (_, nth) => JSON.stringify({ nth })).join('\n')
  for (const hostile of [nested, lines, 'a:\n'.repeat(200), `${'['.repeat(50_000)}${']'.repeat(50_000)}`])
    expect(resultReadings(hostile).length).toBeLessThanOrEqual(8)
})

test('long data is not written anew', () => {
  expect(resultEvidence({ text: '', structured }, 65_537, redactor)).toEqual({})
  const long = JSON.stringify({ text: 'x'.repeat(65_536) })
  expect(resultReadings(long)).toEqual([long])
})
