import stringWidth from 'string-width'
import { expect, test } from 'vitest'
import { chainsDocument } from '../../src/show/chain-document.ts'
import { type ChainsList, renderChains } from '../../src/show/chains-list.ts'
import { chainVerdicts } from '../../src/show/console/chain-verdicts.ts'
import type { PricedChainRow } from '../../src/store/priced-chains.ts'
import type { ChainTrialRow } from '../../src/store/queries.ts'
import { trial } from '../forensics/chain-views.ts'

const called = (id: string, path: string): PricedChainRow => ({
  ...{ chain: id.repeat(32), started: '2026-11-20T02:14:07Z', duration_ms: 12_345, prompt: null },
  ...{
    arguments: `{"path":"${path}"}`,
    sessions: 1,
    spans: 1,
    tool_calls: 1,
    errors: 0,
    no_answer: 0,
    denied: 0,
  },
  ...{ tools: ['filesystem/read_text_file'], servers: ['filesystem'], models: [], users: [], clients: [] },
  ...{ tier: null, total_tokens: null, run: null, trial: null, cost_usd: null, unpriced_calls: 0 },
})
const rows = [
  called('a', '/srv/files/projects/alpha/config.yaml'),
  called('b', '/srv/files/projects/alpha/readme.md'),
]

const trials = new Map([[trial.trial, trial]])

function lines(shown: readonly PricedChainRow[], more: Partial<ChainsList> = {}): readonly string[] {
  const place = { command: 'calltrail', home: '/h' }
  const list = { rows: shown, isWhole: true, isFiltered: false, trials, ...place, ...more }
  const terminal = { isTTY: true, columns: 80, hasColour: false, hasLines: true }
  return renderChains(list, terminal).trimEnd().split('\n')
}

test('calls of one tool are told apart within 80 columns', () => {
  const [heading, first, second] = lines(rows)
  expect(heading).not.toMatch(/errors|deny/)
  expect(first).toMatch(/filesystem\/read.*config\.yaml"}$/)
  expect(second).toMatch(/filesystem\/read.*readme\.md"}$/)
})

test('of a call the arguments are cut, and its tool stays whole', () => {
  const [first = called('a', '')] = rows
  const entities = `{"entities":[{"name":"Ana","observations":["likes tea"]}]}`
  const shown = lines([{ ...first, tools: ['memory/add_notes'], arguments: entities }])
  expect(shown[1]).toMatch(/ memory\/add_notes \{.*….*}]}$/)
})

test('errors and denials have a column where there are any, and what was asked comes before what was called', () => {
  const [first = called('a', ''), ...others] = rows
  const shown = lines([{ ...first, errors: 2, denied: 1, prompt: 'Which port?', arguments: null }, ...others])
  expect(shown[0]).toMatch(/errors {2}deny/)
  expect(shown[1]).toMatch(/ 2 +1 {2}Which port\?$/)
  expect(shown[2]).toMatch(/ – +– {2}file.*md"}$/)
  for (const line of shown) expect(stringWidth(line)).toBeLessThanOrEqual(80)
})

test('what it cost has a column where that is known; it is the least where some of it is not', () => {
  const [first = called('a', ''), ...others] = rows
  const shown = lines([
    { ...first, cost_usd: 0.0312, unpriced_calls: 1 },
    { ...first, cost_usd: 1.5 },
    ...others,
  ])
  expect(shown[0]).toMatch(/calls +cost {2}prompt/)
  expect(shown.slice(1).map((line) => / 1 +(≥ \$\S+|\S+) {2}files/.exec(line)?.[1])).toEqual([
    '≥ $0.031',
    '$1.500',
    '–',
  ])
  expect(lines([{ ...first, cost_usd: 0 }])[0]).not.toMatch('cost')
})

test('the console calls nothing well that a failed trial did, and no call denied that was made', () => {
  const [row = called('a', '')] = rows
  const shown = (outcome: ChainTrialRow['outcome'], more: Partial<PricedChainRow> = {}) =>
    chainVerdicts({ ...row, ...more }, { ...trial, outcome }).markup
  expect(shown('passed')).toBe('<span class="badge good">ok</span>')
  expect(shown('failed')).toBe('<span class="badge bad">trial failed</span> ')
  expect(shown('not judged')).toContain('trial not judged')
  expect(shown('infrastructure')).toContain('infrastructure error')
  expect(shown('passed', { denied: 1 })).toBe('<span class="badge bad">1 deny verdict</span> ')
  expect(chainVerdicts(row, null).markup).toContain('ok')
})

test('where none costs enough, it is said what does not count', () => {
  const list = { rows: [], isWhole: true, isFiltered: true, trials, command: 'calltrail', home: '/h' }
  const terminal = { isTTY: true, columns: 80, hasColour: false, hasLines: true }
  expect(renderChains({ ...list, isPriced: true }, terminal)).toContain('price nobody knows')
  expect(renderChains(list, terminal)).not.toContain('price')
})

const [recorded = called('a', '')] = rows
const played = { ...recorded, prompt: 'Which port?', run: trial.run, trial: trial.trial }

test('trials among the chains are counted where nobody asked for them or for others', () => {
  const note = '1 of these is a trial: --source recorded leaves them out'
  expect(lines([played, recorded]).at(-1)).toBe(note)
  for (const quiet of [
    lines([recorded]),
    lines([played], { isOfSource: true }),
    lines([played], { isOfRun: true }),
  ])
    expect(quiet.join()).not.toContain('--source')
})

test('the chains of a run have model, exposure, outcome and case; one that is being played has what was asked', () => {
  const shown = lines(
    [
      { ...played, denied: 2 },
      { ...played, trial: 'playing' },
    ],
    { isOfRun: true },
  )
  expect(shown[0]).toMatch(/^chain +took +deny +model +exposure +outcome +case$/)
  expect(shown.at(-1)).toContain('where that is only observed, the call was made')
  expect(shown[1]).toMatch(/ 2 +openai:gpt-x +full +failed +files\/.*vice$/)
  expect(shown[2]).toMatch(/ – +– +– +– +Which port\?$/)
  for (const line of shown.slice(0, 3)) expect(stringWidth(line)).toBeLessThanOrEqual(80)
  expect(chainsDocument({ rows: [played, recorded], isWhole: true, trials }).chains).toMatchObject([
    { suite: 'files', case: 'port-of-the-service', exposure: 'full', outcome: 'failed' },
    { suite: null, case: null, exposure: null, outcome: null },
  ])
})
