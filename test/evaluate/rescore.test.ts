import { describe, expect, test } from 'vitest'
import type { Entry } from '../../src/domain/entry.ts'
import type { JournalReader } from '../../src/domain/journal.ts'
import type { Case, ToolsetDefinition } from '../../src/domain/suite.ts'
import { planRepetition } from '../../src/evaluate/plan.ts'
import { findRuns } from '../../src/evaluate/recorded-trials.ts'
import { rescoreRun } from '../../src/evaluate/rescore.ts'
import { type Home, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { scriptedModel } from '../../src/models/scripted.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { calling, caseOf, play } from './played-run.ts'
import { suiteOf } from './suites.ts'
import { expected } from './transcripts.ts'

const secret = `ghp_${'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0hL3oR6'}`
const echo = (title: string, hash = '00'): Case => ({
  ...caseOf('echo', { calls: [expected('bench/echo', { title: { equals: title } })] }),
  hash,
})
const models = [
  scriptedModel('scripted:secret', calling('bench/echo', JSON.stringify({ title: secret }))),
  scriptedModel('scripted:plain', calling('bench/echo', '{"title":"a"}')),
  scriptedModel('scripted:broken', []),
]

async function gradeAgain(
  home: Home,
  run: string,
  cases: readonly Case[],
  more: Partial<ToolsetDefinition> = {},
  readAs: (reader: JournalReader) => JournalReader = (reader) => reader,
) {
  const reader = readAs(readJournal(home))
  const [recorded] = await findRuns(reader, [run])
  if (!recorded) throw new Error('no such run')
  const journal = openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
  const suite = suiteOf('files', ['bench'], cases)
  const suites = [{ ...suite, toolset: { ...suite.toolset, ...more } }]
  const done = await rescoreRun(recorded, { reader, journal, suites, judges: null, version: '1' })
  journal.close()
  const entries: Entry[] = []
  for await (const { entry } of reader.entries(journal.log, 0)) entries.push(entry)
  const trials = entries.flatMap(({ kind, data }) => (kind === 'trial' ? [data] : []))
  const started = entries.flatMap(({ kind, data }) => (kind === 'run_started' ? [data] : []))
  const finished = entries.flatMap(({ kind, data }) => (kind === 'run_finished' ? [data] : []))
  return { done, trials, started, finished }
}

describe('a run graded again', () => {
  test('says of each trial what was said live, secrets and infrastructure errors included, and names its lineage', async () => {
    const { run, home } = await play({ suites: [suiteOf('files', ['bench'], [echo(secret)])], models })
    expect(run.trials.map(({ trial }) => trial.outcome)).toEqual(['passed', 'failed', 'infrastructure'])
    const { done, trials, started } = await gradeAgain(home, run.run, [echo(secret)])
    expect(done).toMatchObject({ of: run.run, trials: 3, changed: [], otherScores: 0, newTruths: [] })
    expect(started).toMatchObject([
      { run: done.run, rescores: run.run, graders: expect.any(Number), version: '1' },
    ])
    expect(trials.map(({ outcome }) => outcome).sort()).toEqual(['failed', 'infrastructure', 'passed'])
    for (const live of run.trials.map(({ trial }) => trial))
      expect(trials.find(({ model }) => model === live.model)).toEqual({
        ...live,
        run: done.run,
        trial: expect.not.stringContaining(live.trial),
        rescores: { trial: live.trial, caseHash: '00', outcome: live.outcome },
      })
  })

  test('has graded what the gate played beyond the plan, and counts it in no figure', async () => {
    const suites = [suiteOf('files', ['bench'], [echo('a')])]
    const plan = { suites, models, exposures: ['full'], trials: 1, seed: 1 }
    const [suite] = suites
    const playMore = (trials: readonly unknown[]) =>
      suite && trials.length === models.length
        ? models.map((model) =>
            planRepetition(plan, { suite, testCase: echo('a'), model, exposure: 'full' }, 2),
          )
        : []
    const { run, home } = await play({ suites, models, playMore })
    expect(run.more).toHaveLength(3)
    const { done, trials, finished } = await gradeAgain(home, run.run, [echo('a')])
    expect([done.trials, trials.length]).toEqual([6, 6])
    expect(finished).toMatchObject([{ done: 3, infrastructureErrors: 1 }])
  })

  test('by another truth it comes out otherwise and says which; what redaction hides is not judged', async () => {
    const { run, home } = await play({ suites: [suiteOf('files', ['bench'], [echo(secret)])], models })
    const { done, trials } = await gradeAgain(home, run.run, [echo('a', '11')])
    expect(done.newTruths).toEqual(['files/echo'])
    expect(
      done.changed.map(({ model, before, after }) => [model, before.outcome, after.outcome]).sort(),
    ).toEqual([
      ['scripted:plain', 'failed', 'passed'],
      ['scripted:secret', 'passed', 'not judged'],
    ])
    expect(trials.every(({ caseHash }) => caseHash === '11')).toBe(true)
  })

  test('a case that asks something else by now is another one, and its recording is left out', async () => {
    const { run, home } = await play({ suites: [suiteOf('files', ['bench'], [echo('a')])], models })
    const asked = { ...echo('a', '11'), prompt: 'Something else.' }
    const longer = { ...echo('a', '11'), followUps: ['And then?'] }
    for (const testCase of [asked, longer]) {
      const { done, trials } = await gradeAgain(home, run.run, [testCase])
      expect(done).toMatchObject({ trials: 1, newTruths: ['files/echo'], askedOtherwise: ['files/echo'] })
      // No model was asked.
      expect(trials).toMatchObject([{ model: 'scripted:broken', outcome: 'infrastructure' }])
    }
    expect((await gradeAgain(home, run.run, [echo('b', '11')])).done.askedOtherwise).toEqual([])
  })

  test.each<[string, Partial<Case>]>([
    ['set-up', { setup: [{ tool: 'bench/echo', args: {} }] }],
    ['tear-down', { teardown: [{ tool: 'bench/echo', args: {} }] }],
    ['fixtures', { fixtures: { 'a.txt': 'a' } }],
    ['recording', { recording: { snapshots: [], calls: [] } }],
    ['budget', { budget: { steps: 2 } }],
  ])('a case that has another %s by now is another one too', async (_name, more) => {
    const { run, home } = await play({ suites: [suiteOf('files', ['bench'], [echo('a')])], models })
    const { done, trials } = await gradeAgain(home, run.run, [{ ...echo('a', '11'), ...more }])
    expect(done).toMatchObject({ trials: 1, askedOtherwise: [], playedOtherwise: ['files/echo'], untold: 0 })
    expect(trials).toMatchObject([{ model: 'scripted:broken', outcome: 'infrastructure' }])
  })

  test('so is one whose exposure shows other tools; what it does not show is no matter', async () => {
    const suite = { ...suiteOf('files', ['bench'], [echo('a')]) }
    const shown = { ...suite, toolset: { ...suite.toolset, curated: ['bench/echo'] } }
    const { run, home } = await play({ suites: [shown], models, exposures: ['full', 'curated'] })
    const { done, trials } = await gradeAgain(home, run.run, [echo('a')], {
      curated: ['bench/echo', 'bench/pid'],
    })
    expect(done).toMatchObject({ newTruths: [], playedOtherwise: ['files/echo'] })
    const graded = trials.map(({ model, exposure }) => [model, exposure])
    expect(graded.filter(([model]) => model !== 'scripted:broken')).toEqual([
      ['scripted:secret', 'full'],
      ['scripted:plain', 'full'],
    ])
    const others = await gradeAgain(home, run.run, [echo('a')], { servers: ['bench', 'more'] })
    expect(others.done.trials).toBe(2)
  })

  test('trials that do not say what they were played with are graded, and counted', async () => {
    const { run, home } = await play({ suites: [suiteOf('files', ['bench'], [echo('a')])], models })
    const older = (reader: JournalReader): JournalReader => ({
      ...reader,
      async *entries(log, from) {
        for await (const { entry, ...rest } of reader.entries(log, from)) {
          if (entry.kind !== 'trial') yield { entry, ...rest }
          else {
            const { settingHash: _, ...data } = entry.data
            yield { ...rest, entry: { ...entry, data } }
          }
        }
      },
    })
    const fixtures = { 'a.txt': 'a' }
    const { done } = await gradeAgain(home, run.run, [{ ...echo('a', '11'), fixtures }], {}, older)
    expect(done).toMatchObject({ trials: 3, playedOtherwise: [], untold: 2 })
  })

  test('a case that no suite has any more is left out and told', async () => {
    const { run, home } = await play({ suites: [suiteOf('files', ['bench'], [echo('a')])], models })
    const { done } = await gradeAgain(home, run.run, [{ ...echo('a'), id: 'other' }])
    expect(done).toMatchObject({ trials: 0, unknownCases: ['files/echo'] })
  })
})
