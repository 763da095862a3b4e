import { expect, test } from 'vitest'
import type { LogProof } from '../../src/journal/audit/prove-entries.ts'
import { chainDocument } from '../../src/show/chain-document.ts'
import { proofLines } from '../../src/show/chain-proof.ts'
import { renderChainPage } from '../../src/show/page/chain-page.ts'
import { terminalOf } from '../../src/show/terminal.ts'
import { chainView, spans } from '../forensics/chain-views.ts'

const screen = terminalOf({ isTTY: true, columns: 100 }, { NO_COLOR: '1' })

const log = (name: string, problem: string | null, seqs: readonly number[]): LogProof => ({
  ...{
    log: name,
    problem,
    hasFailed: false,
    key: null,
    proofOf: () => null,
    size: problem === null ? 12 : null,
  },
  entries: seqs.map((seq) => ({ seq, line: '{}' })),
})

const logs = [log('one', null, [3, 5]), log('two<b>', 'it is not in this home', [])]

test('the tree ends with what proves it, and what does not', () => {
  expect(proofLines({ logs, differing: [] }, screen)).toEqual([
    '',
    'proof   2 entries from 3 to 5 of log one · in its signed checkpoint of 12 entries',
    '        log two<b> · not proven: it is not in this home',
  ])
})

test('a span that is shown otherwise than recorded comes first, escaped', () => {
  const [, first] = proofLines({ logs, differing: ['t\u001b[31m'] }, screen)
  expect(first).toMatch(/^proof {3}FAILED: 1 span shown here otherwise than recorded: t/)
  expect(first).not.toContain('\u001b')
})

test('the page says the same, with a badge at its top where it failed', () => {
  const whole = renderChainPage(chainView(spans, { proof: { logs, differing: [] } }))
  expect(whole).toContain(
    '<span class="badge good">proven</span> 2 entries from 3 to 5 of log one · in its signed checkpoint of 12 entries',
  )
  expect(whole).toContain('log two&lt;b&gt; · not proven: it is not in this home')
  expect(whole).not.toContain('not as recorded')
  const failed = renderChainPage(chainView(spans, { proof: { logs, differing: ['t'] } }))
  expect(failed).toMatch(/<header>.*not as recorded.*<\/header>/s)
  expect(failed).toContain('1 span shown here otherwise than recorded: t')
})

test('so does the document', () => {
  expect(chainDocument(chainView(spans, { proof: { logs, differing: ['t'] } })).proof).toEqual({
    differing_spans: ['t'],
    logs: [
      { log: 'one', entries: [3, 5], checkpoint_size: 12, problem: null },
      { log: 'two<b>', entries: [], checkpoint_size: null, problem: 'it is not in this home' },
    ],
  })
})
