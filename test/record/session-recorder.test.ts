import { expect, test } from 'vitest'
import { unknownIdentity } from '../../src/domain/identity.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { all, entriesOf } from '../contracts/journal.ts'
import { dataOf, keptSession } from './recording.ts'

const secret = `ghp_${'q1W2e3R4t5Y6'.repeat(3)}`

test('what it keeps is what the journal holds, bodies too, redacted', async () => {
  const { home, journal, recorder, text } = keptSession()
  const given = { note: `use ${secret}` }
  const span = recorder.toolRequest({
    tool: 'a/b',
    server: 'a',
    arguments: given,
    readOnly: null,
    evidence: {},
  })
  recorder.toolResult(span, { outcome: { layer: 'ok', code: null, message: null }, result: null })
  recorder.close({ reason: 'ended', exitCode: null, signal: null, message: null })
  const reader = readJournal(home)
  expect(recorder.entries).toEqual(entriesOf(await all(reader.entries(journal.log, 0))))
  const [request] = dataOf(recorder.entries, 'tool_request')
  const [stored] = await all(reader.bodies(journal.log, 0))
  expect(text(request?.arguments ?? null)).toBe(stored?.body.text)
  expect(stored?.body.text).not.toContain(secret)
})

test('nothing is kept unless it is asked for', () => {
  const { recorder } = keptSession(false)
  expect(recorder.entries).toEqual([])
})

test('arguments are fingerprinted before they are redacted, so that equal secrets join and others do not', () => {
  const { recorder } = keptSession()
  for (const password of [secret, secret, 'other-Password-1'])
    recorder.toolRequest({ tool: 'a/b', server: 'a', arguments: { password }, readOnly: null, evidence: {} })
  const [one, two, other] = dataOf(recorder.entries, 'tool_request').map(
    ({ evidence }) => evidence.argumentsHash,
  )
  expect(one).toMatch(/^[0-9a-f]{64}$/)
  expect(two).toBe(one)
  expect(other).not.toBe(one)
})

test('a decision and the call that it led to share the hash of their arguments', () => {
  const { recorder } = keptSession()
  const arguments_ = { b: 1, a: 'é' }
  recorder.decision('1111111111111111', {
    tool: 'a/b',
    arguments: arguments_,
    payload: { json: '{"b":1.0,"a":"\\u00e9"}' },
    callId: 'c',
  })
  recorder.toolRequest({
    tool: 'a/b',
    server: 'a',
    arguments: { a: 'é', b: 1 },
    readOnly: null,
    evidence: {},
  })
  const [decision] = dataOf(recorder.entries, 'decision')
  const [request] = dataOf(recorder.entries, 'tool_request')
  expect(decision?.evidence.argumentsHash).toBe(request?.evidence.argumentsHash)
})

test('a policy decision about a call under way names its span, and keeps all that was asked', () => {
  const { recorder, text } = keptSession()
  const span = recorder.toolRequest({
    tool: 'a/b',
    server: 'a',
    arguments: {},
    readOnly: null,
    evidence: { callId: 'c' },
  })
  const request = {
    action: 'call_tool',
    resource: 'a/b',
    annotations: {},
    arguments: {},
    identity: unknownIdentity,
    chain: { session: recorder.session, calls: {}, callCount: 0 },
  } as const
  const decision = { effect: 'deny', policies: ['p'], errors: [], reason: 'no' } as const
  const engine = { name: 'cedar', policySetHash: 'h' }
  recorder.policyDecision({ callId: 'c', engine, mode: 'observe', request, decision })
  recorder.toolResult(span, { outcome: { layer: 'ok', code: null, message: null }, result: null })
  recorder.policyDecision({ callId: 'c', engine, mode: 'observe', request, decision })
  const [during, after] = dataOf(recorder.entries, 'policy_decision')
  expect(during).toMatchObject({ toolSpan: span, effect: 'deny', policies: ['p'], resource: 'a/b' })
  expect(JSON.parse(text(during?.inputs ?? null) ?? '')).toEqual(request)
  expect(after?.toolSpan).toBeNull()
})
