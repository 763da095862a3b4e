import { isDeepStrictEqual } from 'node:util'
import { v7 } from 'uuid'
import type { Transcript } from '../domain/grader.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalReader, JournalWriter } from '../domain/journal.ts'
import type { Model, Tokenizer } from '../domain/model.ts'
import type { Case, Suite } from '../domain/suite.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import { isAskedOtherwise, isPlayedOtherwise } from './asked-otherwise.ts'
import { gradersVersion } from './graders/graders.ts'
import { newTrace, type RunJudges, recordedJudges } from './recorded-judges.ts'
import { bodiesOf, type RecordedRun, type RecordedTrial, recordedTrials, scoreOf } from './recorded-trials.ts'
import { retrievalHit } from './retrieval-hit.ts'
import { transcriptOf } from './transcript.ts'
import type { TrialEntry } from './trial-entry.ts'
import { isJudgeFailure, judgeFailure, judgeTrial, type Verdict } from './verdict.ts'

export interface RescoreContext {
  readonly reader: JournalReader
  /** Where the new run goes; its redactor is the home's, as that of the recording was. */
  readonly journal: JournalWriter
  readonly suites: readonly Suite[]
  /** Judges by name, to be asked again; null: what they said of an unchanged truth stays. */
  readonly judges: AskedJudges | null
  readonly version: string
}

/** Who they are, and as whom they are asked. */
export interface AskedJudges {
  readonly byName: ReadonlyMap<string, Model>
  readonly identity: Identity
  readonly tokenizer: Tokenizer
}

export interface Rescore {
  readonly run: string
  /** The run whose recordings were graded. */
  readonly of: string
  /** Trials that were graded again. */
  readonly trials: number
  readonly changed: readonly Change[]
  /** Of these, and of those judged as before, how many have another score. */
  readonly otherScores: number
  /** Cases, as `suite/case`, that no suite has any more: their trials are left out. */
  readonly unknownCases: readonly string[]
  /** Trials whose judge could not be asked. */
  readonly unasked: number
  /** Cases whose truth is another than the run had. */
  readonly newTruths: readonly string[]
  /** Those of them in which the user says something else by now: their trials are left out. */
  readonly askedOtherwise: readonly string[]
  /** Cases that have another set-up, tear-down, recording or budget, or other fixtures or tools: left out as well. */
  readonly playedOtherwise: readonly string[]
  /** Of the trials that were graded again, those that do not say what they were played with. */
  readonly untold: number
}

export interface Change {
  readonly case: string
  readonly model: string
  readonly exposure: string
  readonly repetition: number
  readonly before: Judgement
  readonly after: Judgement
}

type Judgement = Pick<TrialEntry, 'outcome' | 'message'>

/**
 * Grades the recorded transcripts of a run again, by the truths and graders of now, as a run of its own: each new trial
 * names the one whose recording it is, and by which truth that had been judged. Models and tools are not asked. What
 * redaction or erasure hides stays hidden, so that with the same truths and graders it says what the live grading said.
 */
export async function rescoreRun(recorded: RecordedRun, context: RescoreContext): Promise<Rescore> {
  const { reader, journal, suites, version } = context
  const run = v7()
  const begun = performance.now()
  const { part: _, shard: __, ...started } = recorded.started
  const of = started.run
  journal.append('run_started', null, {
    ...started,
    ...{ run, version, rescores: of, graders: gradersVersion },
    suites: recorded.started.suites.map((suite) => ({ ...suite, hash: hashNow(suite, suites) })),
  })
  const judging = context.judges && recordedJudges({ ...context.judges, run, journal })
  const bodies = await bodiesOf(reader, recorded.logs)
  const changed: Change[] = []
  const unknown = new Set<string>()
  const newTruths = new Set<string>()
  const askedOtherwise = new Set<string>()
  const playedOtherwise = new Set<string>()
  let untold = 0
  let trials = 0
  let planned = 0
  let otherScores = 0
  let infrastructureErrors = 0
  let unasked = 0
  for await (const each of recordedTrials(reader, recorded)) {
    const name = `${each.trial.suite}/${each.trial.case}`
    const suite = suites.find((candidate) => candidate.name === each.trial.suite)
    const testCase = suite?.cases.find(({ id }) => id === each.trial.case)
    if (!suite || !testCase) {
      unknown.add(name)
      continue
    }
    const transcript = transcriptOf(each.entries, (digest) => bodies.get(digest) ?? null, testCase)
    if (testCase.hash !== each.trial.caseHash) {
      newTruths.add(name)
      if (isAskedOtherwise(testCase, each.trial, transcript, journal.redactor)) {
        askedOtherwise.add(name)
        continue
      }
    }
    const isOther = isPlayedOtherwise(testCase, suite.toolset, each.trial, transcript)
    if (isOther) {
      playedOtherwise.add(name)
      continue
    }
    if (isOther === null) untold += 1
    const after = await rescoreTrial(each, testCase, transcript, {
      ...{ ...context, run, judging },
      asked: context.judges?.byName.get(suite.judge ?? '') ?? null,
    })
    trials += 1
    // What the gate played beyond the plan is in no figure of the run.
    if (each.trial.repetition <= recorded.started.trials) {
      planned += 1
      if (after.outcome === 'infrastructure') infrastructureErrors += 1
    }
    if (context.judges && isJudgeFailure(after)) unasked += 1
    if (!isDeepStrictEqual(after.scores, each.scores)) otherScores += 1
    if (differs(each.trial, after)) changed.push(changeOf(name, each.trial, after))
  }
  judging?.close()
  const durationMs = performance.now() - begun
  journal.append('run_finished', null, {
    run,
    state: 'completed',
    done: planned,
    infrastructureErrors,
    durationMs,
    // Prices are not looked up here.
    otherCostUsd: context.judges === null ? 0 : null,
  })
  journal.flush()
  return {
    ...{ run, of, trials, changed, otherScores, unasked, untold },
    unknownCases: [...unknown],
    newTruths: [...newTruths],
    askedOtherwise: [...askedOtherwise],
    playedOtherwise: [...playedOtherwise],
  }
}

interface TrialContext extends RescoreContext {
  readonly run: string
  readonly judging: RunJudges | null
  /** The suite's judge, where it is asked. */
  readonly asked: Model | null
}

async function rescoreTrial(
  { session, trial, scores }: RecordedTrial,
  testCase: Case,
  transcript: Transcript,
  { journal, run, judging, asked }: TrialContext,
): Promise<Judgement & Pick<RecordedTrial, 'scores'>> {
  const isSame = testCase.hash === trial.caseHash
  const judged = judging === null && isSame ? scores.find(({ grader }) => grader === 'judge') : undefined
  const stays = trial.outcome === 'infrastructure' && !(asked && isJudgeFailure(trial))
  const own = asked && judging ? judging.of(asked, newTrace()) : null
  const verdict = await judgeTrial(testCase, transcript, {
    infrastructure: stays ? (trial.message ?? '') : null,
    redactor: journal.redactor,
    judge: own?.judge ?? null,
    ...(own && { examined: own.examined }),
    judged,
  })
    .catch(orUnasked)
    .finally(() => own?.close())
  const { outcome, message } = verdict
  const id = v7()
  const appended = journal.append('trial', session, {
    ...trial,
    ...{ run, trial: id, outcome, message, caseHash: testCase.hash, tags: testCase.tags },
    retrievalHit: testCase.draft ? null : retrievalHit(testCase.expect, transcript),
    stopped: stays ? trial.stopped : transcript.stopped,
    rescores: { trial: trial.trial, caseHash: trial.caseHash, outcome: trial.outcome },
  })
  const scored = verdict.scores.map(({ details = {}, ...score }) =>
    journal.append('score', session, { run, trial: id, ...score, details }),
  )
  return { ...appended.data, scores: scored.map(({ data }) => scoreOf(data)) }
}

function orUnasked(error: unknown): Verdict {
  if (error instanceof InfrastructureError) return judgeFailure(describeError(error))
  throw error
}

function hashNow(
  { name, hash }: { readonly name: string; readonly hash: string },
  suites: readonly Suite[],
): string {
  return suites.find((suite) => suite.name === name)?.hash ?? hash
}

function differs(before: Judgement, after: Judgement): boolean {
  return before.outcome !== after.outcome || before.message !== after.message
}

function changeOf(name: string, before: TrialEntry, after: Judgement): Change {
  const { model, exposure, repetition } = before
  const only = ({ outcome, message }: Judgement) => ({ outcome, message })
  return { case: name, model, exposure, repetition, before: only(before), after: only(after) }
}
