import { expect, test } from 'vitest'
import { isOpening, type SettledSpan } from '../../src/chain/observations.ts'
import { project } from '../../src/chain/project.ts'
import { references } from '../../src/chain/references.ts'
import type { Link, Span } from '../../src/domain/chain.ts'
import type { Entry } from '../../src/domain/entry.ts'
import { recordLongSession } from './long-session.ts'
import {
  memoryLog,
  type ObservedSession,
  observedSession,
  traced,
  traceId,
  userOf,
} from './observed-session.ts'

function entriesOf(
  act: (session: ObservedSession) => void,
  opening?: Parameters<typeof observedSession>[1],
): readonly Entry[] {
  const entries: Entry[] = []
  act(observedSession(memoryLog(entries), opening))
  return entries
}

const spanOf = (entries: readonly Entry[], name: string) =>
  project(entries).spans.find(({ span }) => span === name)

test('a request and its result are one span', () => {
  const entries = entriesOf((session) => {
    session.request('t1', { callId: 'call_a', evidence: traced('_meta') })
    session.result('t1', { outcome: { layer: 'tool', code: null, message: 'no such file' } })
  })
  expect(spanOf(entries, 't1')).toMatchObject({
    kind: 'tool',
    name: 'files/read_text_file',
    server: 'files',
    outcome: 'tool',
    message: 'no such file',
    durationMs: 3.25,
    readOnly: true,
    at: entries[1]?.at,
    chain: expect.stringMatching(/^[0-9a-f]{32}$/),
    attributes: { call_id: 'call_a', trace_id: traceId, method: 'tools/call', request_id: '1' },
  })
})

test('a model request and its response are one span, unknown counts null', () => {
  const entries = entriesOf((session) => {
    session.modelRequest('m1')
    session.modelResponse('m1')
  })
  expect(spanOf(entries, 'm1')).toMatchObject({
    kind: 'model',
    name: 'test:model',
    outcome: 'ok',
    inputTokens: 120,
    outputTokens: null,
    totalTokens: 130,
    attributes: { total_tokens_estimated: 'true' },
  })
})

test('what an older recorder wrote down as a count, and is none, is unknown', () => {
  const entries = entriesOf((session) => {
    session.modelRequest('m1')
    session.modelResponse('m1')
  }).map((entry) =>
    entry.kind === 'model_response'
      ? {
          ...entry,
          data: { ...entry.data, usage: { ...entry.data.usage, inputTokens: -1 }, totalTokens: 0.5 },
        }
      : entry,
  )
  expect(spanOf(entries, 'm1')).toMatchObject({ inputTokens: null, totalTokens: null })
})

test('decisions and policy decisions are spans of their own, malformed and denied ones said so', () => {
  const entries = entriesOf((session) => {
    session.modelRequest('m1')
    session.decision('d1', 'm1', { callId: 'call_a' })
    session.decision('d2', 'm1', { callId: 'call_b', malformed: true })
    session.request('t1', { callId: 'call_a' })
    session.policy('p1', 't1', 'deny')
  })
  expect(project(entries).spans).toMatchObject([
    { span: 'd1', kind: 'decision', outcome: 'ok', parent: 'm1', durationMs: null },
    { span: 'd2', kind: 'decision', outcome: 'malformed' },
    { span: 'p1', kind: 'policy', outcome: 'deny', parent: 't1', message: 'writes are forbidden' },
  ])
})

test('a call without an answer is no span while its session is open, and no_answer once it is closed', () => {
  const open = entriesOf((session) => session.request('t1'))
  const closed = entriesOf((session) => {
    session.request('t1')
    session.close()
  })
  expect(project(open).spans).toEqual([])
  expect(spanOf(closed, 't1')).toMatchObject({ outcome: 'no_answer', durationMs: null, outputDigest: null })
})

test('spans of a trial carry run and trial, those of a connection neither', () => {
  const act = (session: ObservedSession) => {
    session.request('t1')
    session.result('t1')
  }
  const trial = entriesOf(act, { type: 'trial', parent: 'run-1' })
  expect(spanOf(trial, 't1')).toMatchObject({ run: 'run-1', trial: trial[0]?.session })
  const connection = entriesOf(act, { type: 'http', parent: 'session-1' })
  expect(spanOf(connection, 't1')).toMatchObject({ run: null, trial: null })
})

test('decisions and policy decisions have the identity of the call they belong to', () => {
  const alice = userOf('alice', 'verified')
  const entries = entriesOf((session) => {
    session.modelRequest('m1', { identity: alice })
    session.decision('d1', 'm1', { callId: 'call_a' })
    session.request('t1', { identity: alice })
    session.policy('p1', 't1')
    session.policy('p2', null)
  })
  expect(['d1', 'p1', 'p2'].map((span) => spanOf(entries, span)?.user)).toEqual(['alice', 'alice', null])
  expect(JSON.parse(spanOf(entries, 'p1')?.identity ?? '')).toEqual(alice)
})

test('a policy decision that was written before its call waits for it', () => {
  const before = entriesOf((session) => session.policy('p1', 't1'))
  expect(project(before).spans).toEqual([])
  const after = entriesOf((session) => {
    session.request('t1')
    session.policy('p1', 't1')
  })
  expect(spanOf(after, 'p1')?.parent).toBe('t1')
})

test('however entries are cut into batches, what was projected stays as it was', () => {
  const entries = entriesOf((session) => {
    session.modelRequest('m1', { evidence: traced('header') })
    session.modelResponse('m1')
    for (const call of ['a', 'b']) session.decision(`d${call}`, 'm1', { callId: call })
    for (const call of ['b', 'a', 'a']) session.request(`t${call}`, { callId: call })
    session.request('inner', { parentSpan: 'ta', callId: 'a' })
    session.policy('p1', 'inner')
    for (const span of ['inner', 'tb', 'ta']) session.result(span)
    session.modelRequest('m2', { evidence: traced('header') })
    session.decision('dd', 'm2', { callId: 'a' })
    session.request('last', { callId: 'a' })
    session.close()
  })
  const whole = project(entries)
  expect(whole.spans).toHaveLength(10)
  for (let cut = 0; cut <= entries.length; cut++) {
    const part = project(entries.slice(0, cut))
    expect(whole.spans).toEqual(expect.arrayContaining([...part.spans]))
    expect(whole.links).toEqual(expect.arrayContaining([...part.links]))
  }
})

test('kinds that nobody knows yet are passed over', () => {
  const entries = entriesOf((session) => {
    session.request('t1')
    session.result('t1')
  })
  const unknown = JSON.parse(JSON.stringify({ ...entries[1], kind: 'from_the_future' }))
  expect(project([...entries, unknown]).spans).toHaveLength(1)
})

/** As ingest does, with a slice of so many entries: what it knows of those before is what they refer to. */
function toldInSlices(entries: readonly Entry[], size: number) {
  const begun = new Map(entries.flatMap((entry) => (isOpening(entry) ? [[entry.data.span, entry]] : [])))
  const spans: Span[] = []
  const links: Link[] = []
  let open: readonly Entry[] = []
  for (let start = 0; start < entries.length; start += size) {
    const own = entries.slice(start, start + size)
    const slice = [...open, ...own]
    const told = project(slice, settledFor(slice, spans))
    const isNew = new Set(own.flatMap((entry) => (isOpening(entry) ? [entry.data.span] : [])))
    links.push(...told.links.filter(({ to }) => isNew.has(to)))
    spans.push(...told.spans)
    open = told.open
  }
  return { spans, links, open }

  function settledFor(slice: readonly Entry[], known: readonly Span[]): readonly SettledSpan[] {
    const wanted = references(slice)
    const roots = new Map([...known].reverse().map(({ chain, span }) => [chain, span]))
    return known.flatMap((span) => {
      const entry = begun.get(span.span)
      const isWanted =
        wanted.spans.has(span.span) ||
        wanted.callIds.has(span.attributes.call_id ?? '') ||
        (wanted.chains.has(span.chain) && roots.get(span.chain) === span.span)
      return entry && isWanted ? [{ ...span, entry, identity: JSON.parse(span.identity) }] : []
    })
  }
}

const bySpan = (spans: readonly Span[]) => [...spans].sort((a, b) => (a.span < b.span ? -1 : 1))

test.each(['stdio', 'trial'] as const)('a session (%s) adds up to the same in slices as at once', (type) => {
  const opening = { type, ...(type === 'trial' && { evidence: traced('runner'), parent: 'run-1' }) }
  const entries: Entry[] = []
  recordLongSession(memoryLog(entries), 24, opening).close()
  const whole = project(entries)
  expect(whole.links.length).toBeGreaterThan(30)
  for (const size of [1, 2, 5, 13, 34, 89]) {
    const { spans, links, open } = toldInSlices(entries, size)
    expect(bySpan(spans)).toEqual(bySpan(whole.spans))
    expect(links).toEqual(whole.links)
    expect(open.map(({ kind }) => kind)).toEqual(['session_opened', 'session_closed'])
  }
})

test('what a killed ingest has told already is told again', () => {
  const entries: Entry[] = []
  recordLongSession(memoryLog(entries), 12).close()
  const half = entries.slice(0, 60)
  const { open } = project(half)
  const whole = project(entries)
  const settled = whole.spans.flatMap((span) => {
    const entry = entries.find((each) => isOpening(each) && each.data.span === span.span)
    return entry && isOpening(entry) ? [{ ...span, entry, identity: JSON.parse(span.identity) }] : []
  })
  const known = new Set(project(half).spans.map(({ span }) => span))
  const told = project([...open, ...entries.slice(60)], settled)
  expect(bySpan(told.spans)).toEqual(bySpan(whole.spans.filter(({ span }) => !known.has(span))))
})
