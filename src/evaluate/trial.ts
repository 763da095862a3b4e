import type { Embedders } from '../domain/embedder.ts'
import type { EntryData } from '../domain/entry.ts'
import type { Exposure } from '../domain/exposure.ts'
import type { Transcript } from '../domain/grader.ts'
import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Model, Tokenizer } from '../domain/model.ts'
import type { PolicyEngine } from '../domain/policy.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { Case } from '../domain/suite.ts'
import { TimeLimit, withinTime } from '../domain/time-limit.ts'
import type { ToolSource, Trace } from '../domain/tool.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import { policedTools } from '../policy/policed-tools.ts'
import { recordedModel } from '../record/recorded-model.ts'
import { ofExposure, ofServers, recordedTools } from '../record/recorded-tools.ts'
import { recordSession, type SessionRecorder } from '../record/session-recorder.ts'
import { createExposure } from '../tools/exposures/exposures.ts'
import type { TrialTools } from '../tools/trial-tools.ts'
import { cleanUp, inspect, prepare } from './case-calls.ts'
import { converse } from './conversation.ts'
import { type GradedTrial, gradedTrial } from './graded-trial.ts'
import { isUsedUp } from './graders/budget.ts'
import { infrastructureEnding } from './infrastructure-ending.ts'
import { judgeEnded } from './judge-ended.ts'
import type { Meter } from './meter.ts'
import type { PaidEmbedders } from './paid-embedders.ts'
import type { PlannedTrial } from './plan.ts'
import { newTrace, type RunJudges } from './recorded-judges.ts'
import { BudgetStop } from './run-budget.ts'
import { addSpending, nothingSpent, type Spending } from './spending.ts'
import type { OpenedToolset, Stage } from './stage.ts'
import { transcriptOf } from './transcript.ts'
import { identifyTrial, measureTrial, type TrialEntry } from './trial-entry.ts'
import type { Verdict } from './verdict.ts'

/** What all trials of a run share. */
export interface TrialContext {
  readonly run: string
  readonly journal: JournalWriter
  readonly identity: Identity
  readonly tokenizer: Tokenizer
  readonly meter: Meter
  readonly judges: RunJudges
  /** Answers that are kept, and not paid for again. */
  readonly cache?:
    | { cached(model: Model, place: Pick<PlannedTrial, 'exposure' | 'repetition'>): Model }
    | undefined
  /** For exposures that find tools by meaning. */
  readonly embedders: PaidEmbedders
  /** Model requests for one prompt, at most. */
  readonly stepLimit: number
  /** After which a trial is given up, as an infrastructure error. */
  readonly timeoutMs: number
  /** Of a trial that was not interrupted, once it is graded. */
  readonly onTranscript?: ((trial: string, transcript: Transcript) => void) | undefined
}

/**
 * Plays one trial and grades what was recorded of it. What failed around model and tools makes the trial an infrastructure
 * error; null for one that was interrupted, of which only what happened stays in the journal.
 */
export async function runTrial(
  planned: PlannedTrial,
  stage: Stage,
  shared: TrialContext,
  signal: AbortSignal,
): Promise<GradedTrial | null> {
  const begun = performance.now()
  const trace = newTrace()
  const recorder = openSession(planned, stage, shared, trace)
  let spent = nothingSpent
  const onSpent = (more: Spending) => {
    spent = addSpending(spent, more)
  }
  const metered = (model: Model) => {
    const paid = shared.meter.meter(model, onSpent)
    return shared.cache?.cached(paid, planned) ?? paid
  }
  const embedders = shared.embedders.of(recorder.session, onSpent)
  const ending = await withinTime(
    shared.timeoutMs,
    (limited) => play(planned, stage, shared, { recorder, trace, signal, limited, metered, embedders }),
    signal,
  )
  const close = ({ reason, message }: Pick<Ending, 'reason' | 'message'>) =>
    recorder.close({ reason, message, exitCode: null, signal: null })
  if (ending.reason === 'interrupted') {
    close(ending)
    return null
  }
  const transcript = transcriptSoFar(recorder, planned.testCase)
  const { journal, judges, timeoutMs } = shared
  const ended = { infrastructure: ending.message, journal, judges, timeoutMs, trace, signal }
  const verdict = await judgeEnded(planned.testCase, transcript, stage.judge ?? null, ended)
  if (verdict === null) {
    const message = signal.aborted ? null : 'the budget of the run is used up'
    close({ ...interrupted, message })
    return null
  }
  const graded = append(recorder, verdict, {
    run: shared.run,
    ...identifyTrial(planned),
    ...measureTrial(planned, transcript, { hasPolicy: stage.policy !== null }),
    costUsd: spent.costUsd,
    stopped: ending.reason === 'failed' ? ending.stopped : transcript.stopped,
    durationMs: performance.now() - begun,
  })
  close(ending)
  shared.onTranscript?.(graded.trial.trial, transcript)
  return graded
}

function transcriptSoFar(recorder: SessionRecorder, played: Pick<Case, 'budget' | 'followUps'>): Transcript {
  return transcriptOf(recorder.entries, (digest) => recorder.bodyText(digest), played)
}

function openSession(
  { model }: PlannedTrial,
  { policy }: Stage,
  { journal, run, identity }: TrialContext,
  { traceId, spanId }: Trace,
): SessionRecorder {
  return recordSession(journal, {
    type: 'trial',
    server: null,
    parent: run,
    keep: true,
    identity: {
      ...identity,
      agent: { value: model.name, source: 'configured' },
      permissions: { ...identity.permissions, policySetHash: policy?.policySetHash ?? null },
    },
    evidence: { traceparent: { value: `00-${traceId}-${spanId}-01`, from: 'runner' } },
  })
}

interface Playing {
  readonly recorder: SessionRecorder
  readonly trace: Trace
  /** Of the run. */
  readonly signal: AbortSignal
  /** The same, and that of the trial's own time. */
  readonly limited: AbortSignal
  readonly metered: (model: Model) => Model
  readonly embedders: Embedders | null
}

/** `failed`: by no fault of the model's; the message says by whose. */
interface Ending extends Pick<EntryData['session_closed'], 'reason' | 'message'> {
  readonly stopped: string | null
}

const interrupted = { reason: 'interrupted', message: null, stopped: null } as const

async function play(
  planned: PlannedTrial,
  { toolset, policy }: Stage,
  { tokenizer, stepLimit, journal: { redactor } }: TrialContext,
  { recorder, trace, signal, limited, metered, embedders }: Playing,
): Promise<Ending> {
  const { identity, session } = recorder
  const context = { identity, session, trace, signal: limited }
  const { testCase, seed } = planned
  try {
    const own = toolsOf(toolset, planned, redactor)
    const exposure = createExposure(planned.exposure, toolset.definition, embedders)
    const tools = exposed(own, exposure, policy, recorder)
    const model = shaped(recordedModel(metered(planned.model), recorder, { tokenizer }), exposure)
    const { prompt, followUps, budget } = testCase
    const isSpent = () => budget !== undefined && isUsedUp(budget, transcriptSoFar(recorder, {}))
    const conversation = { model, tools, prompt, followUps, seed, stepLimit, isSpent }
    const direct = recordedTools(own, recorder, { only: ofServers })
    const played = prepare(testCase, direct, context)
      .then(() => converse(conversation, context))
      .then(() => inspect(testCase, direct, context))
      .finally(() => cleanUp(testCase, direct, { ...context, signal }))
    await played.finally(() => own.close())
    return { reason: 'ended', message: null, stopped: null }
  } catch (error) {
    if (signal.aborted) return interrupted
    if (error instanceof BudgetStop) return { ...interrupted, message: error.message }
    const { reason } = limited
    const isLate = reason instanceof TimeLimit && !(error instanceof InfrastructureError)
    return {
      reason: 'failed',
      message: isLate ? reason.message : describeError(error),
      stopped: infrastructureEnding(error, { isLate }),
    }
  }
}

/** What an exposure changes of a request is recorded with it. */
function shaped(model: Model, exposure: Exposure): Model {
  return {
    ...model,
    generate: (request, signal) => model.generate(exposure.shape?.(request) ?? request, signal),
  }
}

function toolsOf(
  { running, failure }: OpenedToolset,
  { testCase: { writes, fixtures, recording } }: PlannedTrial,
  redactor: Redactor,
): TrialTools {
  if (running)
    return running.forTrial({ writes, fixtures, ...(recording && { replay: { recording, redactor } }) })
  throw failure ?? new InfrastructureError('toolset', 'the toolset is not open')
}

/** Policy judges the calls that reach the servers, whatever tool of the exposure made them; both kinds are recorded. */
function exposed(
  tools: ToolSource,
  exposure: Exposure,
  policy: PolicyEngine | null,
  recorder: SessionRecorder,
): ToolSource {
  const policed = policy
    ? policedTools(tools, policy, {
        mode: 'observe',
        observe: ({ call, ...decided }) =>
          recorder.policyDecision({ ...decided, callId: call.id, engine: policy }),
      })
    : tools
  const served = recordedTools(policed, recorder, { only: ofServers })
  return recordedTools(exposure.expose(served), recorder, { only: ofExposure })
}

function append(
  { journal, session }: SessionRecorder,
  { outcome, message, scores }: Verdict,
  measured: Omit<TrialEntry, 'trial' | 'outcome' | 'message'>,
): GradedTrial {
  const { run } = measured
  // The trial comes last: what is cut off by a kill has no trial, or all its scores.
  const scored = scores.map((score) =>
    journal.append('score', session, { run, trial: session, details: {}, ...score }),
  )
  const trial = journal.append('trial', session, { trial: session, outcome, message, ...measured })
  // As stored, redacted: what is told now is what will be read back.
  return gradedTrial(
    trial.data,
    scored.map(({ data }) => data),
  )
}
