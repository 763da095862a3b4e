import { existsSync, readdirSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import type { Store } from '../../src/domain/store.ts'
import { chainTrials } from '../../src/store/chain-trials.ts'
import type { BodyRow, ChainRow, LinkRow, PolicyDecisionRow, QueryName } from '../../src/store/queries.ts'
import { observedSession, traced } from '../chain/observed-session.ts'
import {
  ask,
  expectSameAsJournal,
  expectSameAsProjected,
  home,
  ingestAll,
  journal,
  spansOf,
  store,
  useHome,
} from './open-home.ts'
import { ingestHome, openLog, recordTrial } from './recorded-home.ts'
import { beginRun } from './recorded-run.ts'
import { expectRollupsRight } from './rollups.ts'

useHome()

const hourMs = 3_600_000

test('entries of the journal and rows of the database are equal, both ways', async () => {
  for (const name of ['alpha', 'beta']) recordTrial(journal, name, { turns: 2 }).close()
  journal.append('loss', null, { reason: 'the disk was full', entries: 3, bodies: 0 })
  journal.flush()
  const report = await ingestAll()
  expect(report).toMatchObject({ spans: 20, behind: 0, heldBy: null })
  const entries = await expectSameAsJournal()
  expect(report.entries).toBe(entries.length)
  await expectSameAsProjected()
})

test('what was found is in the journal as entries of the ingester, and in the table of links', async () => {
  const { session } = recordTrial(journal, 'alpha', { turns: 2 })
  journal.flush()
  expect(await ingestAll()).toMatchObject({ links: 3 })
  const entries = await expectSameAsJournal()
  const links = entries.filter((entry) => entry.kind === 'link')
  expect(links.map(({ data }) => [data.type, data.from, data.to])).toEqual([
    ['caused', 'alpha-1-decision', 'alpha-1-outer'],
    ['continues', 'alpha-1-model', 'alpha-2-model'],
    ['caused', 'alpha-2-decision', 'alpha-2-outer'],
  ])
  expect(new Set(links.map(({ log }) => log)).size).toBe(1)
  expect(links[0]?.log).not.toBe(journal.log)
  const [span] = await spansOf(session)
  const rows = await ask<LinkRow>('chain_links', { chain: span?.chain ?? '' })
  expect(rows.map(({ id }) => id).sort()).toEqual(links.map(({ data }) => data.id).sort())
  expect(JSON.parse(rows[0]?.evidence ?? '')).toMatchObject({ to: rows[0]?.to_span })
})

test('spans hold what was said, and bodies are found by digest', async () => {
  const { session } = recordTrial(journal, 'alpha')
  journal.flush()
  await ingestAll()
  const spans = new Map((await spansOf(session)).map((span) => [span.span, span]))
  expect(spans.get('alpha-1-inner')).toMatchObject({ input: '{"path":"alpha.yaml"}', output: 'port: 8001' })
  expect(spans.get('alpha-1-model')).toMatchObject({
    input: 'Which port does alpha listen on?',
    output: 'Let me look.',
    run: 'run-1',
    trial: session,
  })
  expect(spans.get('alpha-1-policy')).toMatchObject({ outcome: 'deny', input: '', parent: 'alpha-1-inner' })
  const digest = spans.get('alpha-1-model')?.input_digest ?? ''
  expect(await ask<BodyRow>('body', { digest })).toMatchObject([
    { digest, text: expect.stringContaining('user') },
  ])
  const chain = spans.get('alpha-1-policy')?.chain ?? ''
  const decisions = await ask<PolicyDecisionRow>('chain_policy_decisions', { chain })
  expect(decisions).toMatchObject([
    { effect: 'deny', policies: ['read-only'], tool_span: 'alpha-1-inner', chain },
  ])
})

test('an ingest with nothing new writes nothing, in the database or in the journal', async () => {
  recordTrial(journal, 'alpha').close()
  journal.flush()
  await ingestAll()
  const logs = readdirSync(home.journal)
  expect(await ingestAll()).toEqual({
    entries: 0,
    spans: 0,
    links: 0,
    behind: 0,
    behindSince: null,
    heldBy: null,
  })
  expect(readdirSync(home.journal)).toEqual(logs)
  await expectSameAsProjected()
})

test('a call is a span once it was answered, also when its request was ingested before', async () => {
  const session = observedSession(journal)
  session.request('t1', { arguments: '{"path":"early.yaml"}' })
  journal.flush()
  expect(await ingestAll()).toMatchObject({ entries: 2, spans: 0 })
  session.result('t1')
  journal.flush()
  expect(await ingestAll()).toMatchObject({ entries: 1, spans: 1 })
  expect(await spansOf(session.session)).toMatchObject([
    { span: 't1', outcome: 'ok', input: '{"path":"early.yaml"}', output: 'port: 8080' },
  ])
})

test('ingested entry by entry, the spans are the same as ingested at once', async () => {
  for (const name of ['alpha', 'beta']) recordTrial(journal, name, { turns: 2 }).close()
  journal.flush()
  await ingestAll(3)
  await expectSameAsProjected()
})

test('a call is linked by an id of any length, also when its decision was ingested before', async () => {
  const callId = 'ü'.repeat(45_000)
  const session = observedSession(journal)
  session.modelRequest('model')
  session.modelResponse('model')
  session.decision('decision', 'model', { callId })
  session.request('call', { callId })
  session.result('call')
  session.close()
  expect(await ingestAll(4)).toMatchObject({ links: 1 })
  await expectSameAsProjected()
})

test('runs, trials and scores become rows of their own', async () => {
  const run = beginRun(journal)
  journal.flush()
  await ingestAll()
  expect(await ask('runs')).toMatchObject([
    { run: 'run-7', state: 'unfinished', finished: null, done: 0, cells: [] },
  ])
  run.finish()
  journal.flush()
  await ingestAll()
  const cell = {
    model: 'test:model',
    model_kind: 'test double',
    exposure: 'full',
    trials: 1,
    passed: 1,
    failed: 0,
  }
  expect(await ask('runs', { run: 'run-' })).toMatchObject([
    { run: 'run-7', state: 'completed', done: 1, seed: '7', exposures: ['full'], cells: [cell] },
  ])
  const chains = (await ask<ChainRow>('chains', { run: 'run-7' })).map(({ run, trial }) => ({ run, trial }))
  const ofNoTrial = { run: null, trial: null }
  const another = { run: 'run-8', trial: chains[0]?.trial ?? '' }
  expect([...(await chainTrials(store, [...chains, ofNoTrial])).values()]).toMatchObject([
    { trial: another.trial, suite: 'files', case: 'port', exposure: 'full', outcome: 'passed' },
  ])
  expect(await chainTrials(store, [another])).toEqual(new Map())
  expect(await ask('run_trials', { run: 'run-7' })).toMatchObject([
    { case: 'port', tags: ['read'], total_tokens: null },
  ])
  expect(await ask('run_scores', { run: 'run-7' })).toMatchObject([
    { grader: 'answer', value: null, passed: null },
    { grader: 'selection', value: 0.5, passed: true, details: { precision: 1, recall: null } },
  ])
  await expectSameAsJournal()
})

test('a chain of which nothing ended has no duration', async () => {
  const session = observedSession(journal)
  session.request('hung')
  session.close()
  session.request('answered')
  session.result('answered')
  journal.flush()
  await ingestAll()
  const rows = await ask<ChainRow>('chains')
  expect(rows.map(({ no_answer, duration_ms }) => [no_answer, typeof duration_ms])).toEqual([
    [0, 'number'],
    [1, 'object'],
  ])
})

test('a trace through two runs is shown as of the first of them by name, whichever was played first', async () => {
  for (const [name, runs] of Object.entries({ alpha: ['run-1', 'run-2'], beta: ['run-2', 'run-1'] }))
    for (const run of runs) {
      recordTrial(journal, name, { run }).close()
      journal.flush()
      await ingestAll()
      await expectRollupsRight(home)
    }
  const rows = await ask<ChainRow>('chains')
  expect(rows.map(({ run, sessions }) => [run, sessions])).toEqual([
    ['run-1', 2],
    ['run-1', 2],
  ])
})

test('many small logs are ingested together', async () => {
  for (let index = 0; index < 30; index++) {
    const log = openLog(home)
    const session = observedSession(log)
    session.request(`t-${index}`)
    session.result(`t-${index}`)
    session.close()
    log.close()
  }
  let entryInserts = 0
  const counting: Store<QueryName> = {
    ...store,
    append: async (rows) => {
      if (rows.entries) entryInserts += 1
      await store.append(rows)
    },
  }
  expect(await ingestHome(home.path, counting)).toMatchObject({ entries: 120, spans: 30 })
  expect(entryInserts).toBe(1)
  await expectSameAsJournal()
  expect(existsSync(home.ingestLock)).toBe(false)
})

test('a trace through sessions that begin one after the other is summed up whole, by each statement', async () => {
  const begun = new Set<string>()
  const watched: Store<QueryName> = {
    ...store,
    refresh: async (...which) => {
      await store.refresh(...which)
      for (const { chain, started } of await ask<ChainRow>('chains'))
        if (chain === traceChain) begun.add(started)
    },
  }
  let traceChain: string | undefined
  for (const [span, spans] of Object.entries({ t1: 1, t2: 2 })) {
    const session = observedSession(journal)
    for (const [its, evidence] of [[span, traced('_meta')], [`${span}_beside`]] as const) {
      session.request(its, evidence && { evidence })
      session.result(its)
    }
    session.close()
    journal.flush()
    await ingestHome(home.path, watched)
    traceChain = (await spansOf(session.session)).find((its) => its.span === span)?.chain
    const summary = (await ask<ChainRow>('chains')).find(({ chain }) => chain === traceChain)
    expect(summary).toMatchObject({ spans, sessions: spans })
    await expectRollupsRight(home)
  }
  expect(begun.size).toBe(1)
})

test('a call in the last second of an hour is in the rollup of that hour', async () => {
  const { now } = Date
  const ahead = Math.ceil(now() / hourMs) * hourMs - 500 - now()
  Date.now = () => now() + ahead
  onTestFinished(() => {
    Date.now = now
  })
  const session = observedSession(journal)
  session.request('t1')
  session.result('t1')
  journal.flush()
  await ingestAll()
  expect((await spansOf(session.session))[0]?.at).toMatch(/:59:59\.[5-9]/)
  await expectRollupsRight(home)
})
