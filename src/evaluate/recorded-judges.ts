import type { Identity } from '../domain/identity.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Model, Tokenizer } from '../domain/model.ts'
import type { Trace } from '../domain/tool.ts'
import { randomHex } from '../journal/random.ts'
import { recordedModel } from '../record/recorded-model.ts'
import { recordSession, type SessionRecorder } from '../record/session-recorder.ts'
import type { Meter } from './meter.ts'

/** What the judges of a run share. */
interface JudgedRun {
  readonly run: string
  readonly journal: JournalWriter
  readonly identity: Identity
  readonly tokenizer: Tokenizer
  /** What their requests take is taken from the run's budget; from none unless said. */
  readonly meter?: Meter
}

/** A judge whose requests are recorded, in sessions of their own: no trial has them among its own. */
export interface RecordedJudge {
  readonly judge: Model
  /** The same, for labelled examples: one for the whole run. */
  readonly examined: Model
  close(): void
}

export interface RunJudges {
  /** For one trial: what the judge is asked about it is in the trace. */
  of(judge: Model, trace: Trace): RecordedJudge
  close(): void
}

export function recordedJudges(judged: JudgedRun): RunJudges {
  const examined = new Map<Model, Recorded>()
  return {
    of(judge, trace) {
      const examiner = examined.get(judge) ?? recorded(judge, judged, newTrace())
      examined.set(judge, examiner)
      const { model, close } = recorded(judge, judged, trace)
      return { judge: model, examined: examiner.model, close }
    },
    close: () => examined.forEach(({ close }) => void close()),
  }
}

interface Recorded {
  readonly model: Model
  readonly close: () => void
}

/** Its session is opened by the first request. */
function recorded(judge: Model, judged: JudgedRun, trace: Trace): Recorded {
  let recorder: SessionRecorder | null = null
  const paid = judged.meter?.meter(judge, () => {}) ?? judge
  return {
    model: {
      ...judge,
      generate(request, signal) {
        recorder ??= openSession(judge, judged, trace)
        return recordedModel(paid, recorder, judged).generate(request, signal)
      },
    },
    close: () => recorder?.close({ reason: 'ended', message: null, exitCode: null, signal: null }),
  }
}

function openSession(
  { name }: Model,
  { journal, run, identity }: JudgedRun,
  { traceId, spanId }: Trace,
): SessionRecorder {
  return recordSession(journal, {
    type: 'judge',
    server: null,
    parent: run,
    identity: { ...identity, agent: { value: name, source: 'configured' } },
    evidence: { traceparent: { value: `00-${traceId}-${spanId}-01`, from: 'runner' } },
  })
}

export function newTrace(): Trace {
  return { traceId: randomHex(16), spanId: randomHex(8) }
}
