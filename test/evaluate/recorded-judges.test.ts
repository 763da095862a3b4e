import { expect, test } from 'vitest'
import { project } from '../../src/chain/project.ts'
import { unknownIdentity } from '../../src/domain/identity.ts'
import type { StoredEntry } from '../../src/domain/journal.ts'
import type { Rubric } from '../../src/domain/suite.ts'
import { groupBy } from '../../src/evaluate/group-by.ts'
import { playedSoFar } from '../../src/evaluate/played-trials.ts'
import { findRuns } from '../../src/evaluate/recorded-trials.ts'
import { rescoreRun } from '../../src/evaluate/rescore.ts'
import { readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { loadTokenizer } from '../../src/models/tokenizer.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'

const rubric: Rubric = {
  rubric: 'The answer is polite.',
  examples: [{ answer: 'Go away.', verdict: 'fail' }],
  agreement: 1,
  votes: 2,
}
const usage = { inputTokens: 100, outputTokens: 10 }
const says = (word: string) => ({ text: JSON.stringify({ verdict: word }), usage })
const judge = scriptedModel('scripted:judge', ({ messages }) =>
  says(JSON.stringify(messages).includes('Go away') ? 'fail' : 'pass'),
)
const polite = scriptedModel('scripted:polite', [
  { text: 'Certainly.', usage: { inputTokens: 7, outputTokens: 3 } },
])
const cases = ['one', 'two'].map((id) => caseOf(id, { calls: null, judge: rubric }))
const suites = [{ ...suiteOf('words', ['bench'], cases), judge: judge.name }]
const judged = { suites, models: [polite], judges: new Map([[judge.name, judge]]) }
/** A dollar for every token. */
const prices = {
  knows: () => true,
  costOf: (
    _: string,
    { inputTokens, outputTokens }: { inputTokens: number | null; outputTokens: number | null },
  ) => (inputTokens ?? 0) + (outputTokens ?? 0),
}

async function* untilEnd(entries: AsyncIterable<StoredEntry>) {
  for await (const stored of entries) if (stored.entry.kind !== 'run_finished') yield stored
}

test('what judges are asked is recorded, in the chain of the trial and in no number of it; labelled examples once', async () => {
  const { run, entries, ofKind, home } = await play({ ...judged, prices })
  expect(run.trials.map(({ trial }) => [trial.outcome, trial.totalTokens, trial.costUsd])).toEqual([
    ['passed', 10, 10],
    ['passed', 10, 10],
  ])
  // Two trials of 10 tokens; two votes for each and one labelled example, of 110.
  expect(run.costUsd).toBe(2 * 10 + 5 * 110)
  const sessions = ofKind('session_opened').filter(({ type }) => type === 'judge')
  expect(sessions).toHaveLength(3)
  for (const { parent, identity } of sessions)
    expect([parent, identity.agent?.value]).toEqual([run.run, judge.name])
  const bySession = groupBy(entries, ({ session }) => session ?? '')
  const spans = [...bySession.values()].flatMap((own) => project(own).spans)
  const asked = spans.filter(({ kind, name }) => kind === 'model' && name === judge.name)
  expect(asked.map(({ run, trial }) => [run, trial])).toEqual(Array(5).fill([run.run, null]))
  const chainsOfTrials = new Set(spans.flatMap(({ trial, chain }) => (trial === null ? [] : [chain])))
  expect(asked.filter(({ chain }) => chainsOfTrials.has(chain))).toHaveLength(4)

  const reader = readJournal(home)
  const [recorded] = await findRuns(reader, [run.run])
  if (!recorded) throw new Error('no such run')
  const spent = { costUsd: 570, tokens: 570 }
  expect(await playedSoFar(reader, recorded, prices)).toMatchObject({ spent, untoldUsd: 0 })
  // What the trials do not tell is told when the run ends, or by whoever takes it up where that was killed.
  expect(ofKind('run_finished')).toMatchObject([{ costUsd: 570, otherCostUsd: 550 }])
  const killed = { ...reader, entries: (log: string, from: number) => untilEnd(reader.entries(log, from)) }
  expect(await playedSoFar(killed, recorded, prices)).toMatchObject({ spent, untoldUsd: 550 })
})

test('a judge is held to the budget of the run; what it was not asked is a budget stop', async () => {
  const { run } = await play({ ...judged, budget: { tokens: 400 }, concurrency: 1 })
  expect(run).toMatchObject({ state: 'budget stop', budgetStops: 2 - run.done, infrastructureErrors: 0 })
  expect(run.done).toBeLessThan(2)
})

test('a judge that does not answer ends with the run, or as an infrastructure error once the trial is late', async () => {
  const stop = new AbortController()
  let onAsked = () => {}
  const silent = scriptedModel(judge.name, (_, __, signal) => {
    onAsked()
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  const hanging = { ...judged, judges: new Map([[judge.name, silent]]) }
  const late = await play({ ...hanging, timeoutMs: 200 })
  expect(late.run.trials.map(({ trial }) => [trial.outcome, trial.message])).toEqual(
    Array(2).fill(['infrastructure', 'the judge: not done after 0.2 s']),
  )
  onAsked = () => stop.abort()
  const stopped = await play({ ...hanging, signal: stop.signal })
  expect(stopped.run).toMatchObject({ state: 'interrupted', done: 0 })

  // Asked again, one that answers judges what the other could not.
  const journal = openJournal({ home: late.home, redactor: createRedactor(readKey(late.home, 'redaction')) })
  const [recorded] = await findRuns(readJournal(late.home), [late.run.run])
  if (!recorded) throw new Error('no such run')
  const byName = judged.judges
  const judges = { byName, identity: unknownIdentity, tokenizer: await loadTokenizer() }
  const reader = readJournal(late.home)
  const mute = new Map([[judge.name, scriptedModel(judge.name, [])]])
  const asking = { reader, journal, suites, version: '1' }
  const unasked = await rescoreRun(recorded, { ...asking, judges: { ...judges, byName: mute } })
  expect(unasked).toMatchObject({ trials: 2, unasked: 2 })
  const done = await rescoreRun(recorded, { ...asking, judges })
  journal.close()
  expect(done.unasked).toBe(0)
  expect(done.changed.map(({ after }) => after.outcome)).toEqual(['passed', 'passed'])
})

test('what a judge said of an unchanged truth stays, unless judges are asked again', async () => {
  const { run, home } = await play(judged)
  const [recorded] = await findRuns(readJournal(home), [run.run])
  if (!recorded) throw new Error('no such run')
  const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
  const asking = { reader: readJournal(home), journal, suites, version: '1' }
  const stern = new Map([[judge.name, scriptedModel(judge.name, () => says('fail'))]])
  const judges = { byName: stern, identity: unknownIdentity, tokenizer: await loadTokenizer() }
  const kept = await rescoreRun(recorded, { ...asking, judges: null })
  const asked = await rescoreRun(recorded, { ...asking, judges })
  journal.close()
  expect(kept).toMatchObject({ trials: 2, changed: [], otherScores: 0 })
  expect(asked.changed.map(({ before, after }) => [before.outcome, after.outcome])).toEqual(
    Array(2).fill(['passed', 'failed']),
  )
})
