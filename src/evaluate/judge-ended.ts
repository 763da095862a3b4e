import type { Transcript } from '../domain/grader.ts'
import type { JournalWriter } from '../domain/journal.ts'
import type { Model } from '../domain/model.ts'
import type { Case } from '../domain/suite.ts'
import { TimeLimit, withinTime } from '../domain/time-limit.ts'
import type { Trace } from '../domain/tool.ts'
import { describeError, InfrastructureError } from '../errors.ts'
import type { RunJudges } from './recorded-judges.ts'
import { BudgetStop } from './run-budget.ts'
import { judgeFailure, judgeTrial, type Verdict } from './verdict.ts'

export interface EndedTrial {
  /** What went wrong around model and tools; null where nothing did. */
  readonly infrastructure: string | null
  readonly journal: JournalWriter
  readonly judges: RunJudges
  /** Of the trial: its judge is asked in it. */
  readonly trace: Trace
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Null where it was interrupted, or the budget does not let its judge be asked; one that cannot be asked is an infrastructure error. */
export async function judgeEnded(
  testCase: Case,
  transcript: Transcript,
  judge: Model | null,
  ended: EndedTrial,
): Promise<Verdict | null> {
  const { infrastructure, journal, judges, trace, timeoutMs, signal } = ended
  const { redactor } = journal
  // Time is kept for those alone who can take too much of it.
  if (judge === null) return judgeTrial(testCase, transcript, { infrastructure, redactor, judge })
  const { close, ...asked } = judges.of(judge, trace)
  const judgeWithin = async (limited: AbortSignal) => {
    try {
      return await judgeTrial(testCase, transcript, { infrastructure, redactor, ...asked, signal: limited })
    } catch (error) {
      if (signal.aborted || error instanceof BudgetStop) return null
      if (error instanceof InfrastructureError) return judgeFailure(describeError(error))
      if (limited.reason instanceof TimeLimit) return judgeFailure(limited.reason.message)
      throw error
    }
  }
  return withinTime(timeoutMs, judgeWithin, signal).finally(close)
}
