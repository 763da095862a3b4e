import type { GraderFactory, Transcript } from '../../../domain/grader.ts'
import { judgeAbstention } from '../abstention.ts'
import { type Attempt, argumentsText, attemptsOf } from '../attempts.ts'
import { listNames } from '../list-names.ts'
import { isRedacted } from '../placeholders.ts'
import { describeAttempt } from '../selection.ts'
import { checkOutput } from './check-output.ts'
import { type PythonValue, readPython } from './python-value.ts'

/**
 * What BFCL's checker says of the first answer of the model that calls anything, as BFCL asks but once; under the tools'
 * own names, without their server. Value 1 or 0, the error type in the reason. What it would say of an output that it
 * cannot read is `malformed` here; in mode `bfcl` that passes for an abstention, as there, and so do silence and an answer
 * that was cut short.
 */
export const bfcl: GraderFactory = ({ expect }) => {
  if (!expect.bfcl) return null
  const { category, language, mode = 'bfcl', ...texts } = expect.bfcl
  const functions = readPython(texts.functions)
  const answers = readPython(texts.answers)
  const matching = mode === 'bfcl' ? 'greedy' : 'maximum'
  return {
    name: 'bfcl',
    async grade(transcript) {
      if (mode === 'default' && isIrrelevance(category))
        return { grader: 'bfcl', ...judgeAbstention(transcript) }
      const attempts = firstAttempts(transcript)
      const output = attempts.flatMap((attempt) => callOf(attempt) ?? [])
      const isWhole = output.length === attempts.length
      const error = category.includes('relevance')
        ? checkRelevance(category, output.length)
        : isWhole
          ? checkOutput({ category, language, functions, answers, matching }, output)
          : 'malformed'
      if (error !== null && isWhole && attempts.some(hidesSomething))
        return { grader: 'bfcl', value: null, passed: null, reason: 'an argument is redacted' }
      const called = listNames(attempts.map(describeAttempt)) || 'nothing'
      const reason = error === null ? 'the calls are as they should be' : `${error} (called ${called})`
      return { grader: 'bfcl', value: error === null ? 1 : 0, passed: error === null, reason }
    },
  }
}

const isIrrelevance = (category: string) => category.includes('irrelevance')

/** Irrelevance: nothing should be called; relevance: something should, whatever it is. */
function checkRelevance(category: string, readable: number): string | null {
  if (isIrrelevance(category)) return readable === 0 ? null : 'irrelevance_error:decoder_success'
  return readable > 0 ? null : 'relevance_error:decoder_failed'
}

function firstAttempts(transcript: Transcript): readonly Attempt[] {
  const attempts = attemptsOf(transcript)
  const decided = attempts[0]?.decision ?? null
  const turn = transcript.turns.find(
    (each) => each.type === 'model' && decided !== null && each.decisions.includes(decided),
  )
  const decisions = turn?.type === 'model' ? turn.decisions : []
  return attempts.filter(({ decision }) => decision === null || decisions.includes(decision))
}

function callOf(attempt: Attempt): PythonValue | null {
  const text = attempt.fate === 'malformed' ? null : argumentsText(attempt)
  return text === null
    ? null
    : new Map([[attempt.tool.slice(attempt.tool.indexOf('/') + 1), readPython(text)]])
}

function hidesSomething(attempt: Attempt): boolean {
  return isRedacted(argumentsText(attempt) ?? '')
}
