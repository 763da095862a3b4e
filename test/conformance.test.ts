import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Check, differences, passed, readVerdicts } from '../scripts/conformance/verdicts.ts'

const time = '2026-11-21T08-11-31-683Z'

/** As the suite leaves them: a folder for each scenario. */
function verdictsOf(scenarios: Readonly<Record<string, readonly Check[]>>) {
  const folder = mkdtempSync(join(tmpdir(), 'verdicts-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, checks] of Object.entries(scenarios)) {
    mkdirSync(join(folder, `${name}-${time}`), { recursive: true })
    writeFileSync(join(folder, `${name}-${time}`, 'checks.json'), JSON.stringify(checks))
  }
  return readVerdicts(folder)
}

const fine: Check = { id: 'answers', status: 'SUCCESS' }
const told: Check = { id: 'request', status: 'INFO' }
const wrong: Check = { id: 'answers', status: 'FAILURE', errorMessage: 'it says nothing' }

test('scenarios are counted by name, of servers and of clients', () => {
  const verdicts = verdictsOf({ 'server-tools-list': [fine, told], 'auth/metadata-var1': [fine, wrong] })
  expect([...verdicts.keys()].sort()).toEqual(['auth/metadata-var1', 'tools-list'])
  expect(passed(verdicts)).toBe(1)
})

test('a check that came out otherwise is a difference, as is one that is missing, and what is only told is none', () => {
  const direct = verdictsOf({ 'server-a': [fine], 'server-b': [fine, fine], 'server-c': [fine] })
  const other = verdictsOf({ 'server-a': [wrong], 'server-b': [fine, told] })
  expect(differences(direct, direct)).toEqual([])
  expect(differences(direct, other)).toEqual([
    { text: 'a: answers: SUCCESS direct, here FAILURE: it says nothing', why: null },
    { text: 'b: answers: SUCCESS SUCCESS direct, here SUCCESS', why: null },
    { text: 'c: answers: SUCCESS direct, here no verdict', why: null },
  ])
})

test('the resource that a client asks a token for is the gateway, and that is told as meant', () => {
  const [direct, other] = (['SUCCESS', 'FAILURE'] as const).map((status) =>
    verdictsOf({ 'auth/a': [{ id: 'resource-parameter-matches-prm', status }] }),
  )
  const found = differences(direct ?? new Map(), other ?? new Map())
  expect(found).toMatchObject([{ why: expect.stringContaining('gateway') }])
})

test('what is by design on one path is a fault on any other', () => {
  const resumed: Check = { id: 'server-sse-disconnect-resume', status: 'SUCCESS' }
  const [direct, other] = [verdictsOf({ 'server-a': [resumed] }), verdictsOf({ 'server-a': [] })]
  expect(differences(direct, other, 'gateway, stdio')[0]?.why).toMatch(/stdio/)
  expect(differences(direct, other, 'gateway, HTTP')[0]?.why).toBeNull()
})
