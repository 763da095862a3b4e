import { largestAssignment } from '../assignment.ts'
import { checkCall, type Language } from './check-call.ts'
import { dictOf, elementsOf, isList, memberOf, PythonError, type PythonValue } from './python-value.ts'

/** A case of BFCL, as its files have it. */
export interface BfclCase {
  /** Decides how calls are paired: `parallel…`, `multiple…`, or one call to the first function. */
  readonly category: string
  readonly language: Language
  readonly functions: PythonValue
  /** `[{function: {parameter: [acceptable, …]}}]`. */
  readonly answers: PythonValue
  /** `maximum`: right where the greedy matching of the official checker is wrong. */
  readonly matching?: 'greedy' | 'maximum'
}

/**
 * What BFCL's checker of syntax trees says of `[{function: {parameter: value}}]`: an error type, or null. Parallel calls
 * are matched greedily, in the order of the answers, unless said otherwise. A case that would end the official checker with an exception is
 * `exception:NAME`.
 */
export function checkOutput(bfcl: BfclCase, output: PythonValue): string | null {
  try {
    return check(bfcl, elementsOf(output))
  } catch (error) {
    if (error instanceof PythonError) return `exception:${error.message}`
    throw error
  }
}

function check(
  { category, language, functions, answers, matching = 'greedy' }: BfclCase,
  calls: readonly PythonValue[],
): string | null {
  const expected = elementsOf(answers)
  if (category.includes('parallel')) {
    const pair = matching === 'greedy' ? pairsGreedily : pairsAtMost
    return checkParallel(
      calls,
      expected,
      (free, answer) => checkCall(describe(functions, answer), free, answer, language),
      pair,
    )
  }
  const isMultiple = category.includes('multiple')
  const wanted = isMultiple ? expected.length : 1
  if (calls.length !== wanted) return `${isMultiple ? 'multiple' : 'simple'}_function_checker:wrong_count`
  const [call, answer] = [calls[0], expected[0]]
  if (call === undefined || answer === undefined) throw new PythonError('IndexError')
  const description = isMultiple ? describe(functions, answer) : (elementsOf(functions)[0] ?? null)
  return checkCall(description, call, answer, language)
}

type Check = (call: PythonValue, answer: PythonValue) => string | null
type Pairing = (calls: readonly PythonValue[], answers: readonly PythonValue[], check: Check) => boolean

function checkParallel(
  calls: readonly PythonValue[],
  answers: readonly PythonValue[],
  check: Check,
  pairsAll: Pairing,
): string | null {
  if (calls.length !== answers.length) return 'parallel_function_checker_no_order:wrong_count'
  return pairsAll(calls, answers, check) ? null : 'parallel_function_checker_no_order:cannot_find_match'
}

function pairsGreedily(
  calls: readonly PythonValue[],
  answers: readonly PythonValue[],
  check: Check,
): boolean {
  const free = new Set(calls)
  return answers.every((answer) => {
    const match = [...free].find((call) => check(call, answer) === null)
    return match !== undefined && free.delete(match)
  })
}

function pairsAtMost(calls: readonly PythonValue[], answers: readonly PythonValue[], check: Check): boolean {
  const weights = answers.map((answer) => calls.map((call) => (check(call, answer) === null ? 1 : 0)))
  return largestAssignment(weights).every((column) => column !== null)
}

function describe(functions: PythonValue, answer: PythonValue): PythonValue {
  if (!isList(functions)) return functions
  const [name] = dictOf(answer).keys()
  return functions.find((each) => memberOf(each, 'name') === name) ?? null
}
