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
}

/**
 * What BFCL's checker of syntax trees says of `[{function: {parameter: value}}]`: an error type, or null. Parallel calls
 * are matched greedily, in the order of the answers. A case that would end the official checker with an exception is
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
  { category, language, functions, answers }: BfclCase,
  calls: readonly PythonValue[],
): string | null {
  const expected = elementsOf(answers)
  if (category.includes('parallel')) return checkParallel(functions, calls, expected, language)
  const isMultiple = category.includes('multiple')
  const wanted = isMultiple ? expected.length : 1
  if (calls.length !== wanted) return `${isMultiple ? 'multiple' : 'simple'}_function_checker:wrong_count`
  const [call, answer] = [calls[0], expected[0]]
  if (call === undefined || answer === undefined) throw new PythonError('IndexError')
  const description = isMultiple ? describe(functions, answer) : (elementsOf(functions)[0] ?? null)
  return checkCall(description, call, answer, language)
}

function checkParallel(
  functions: PythonValue,
  calls: readonly PythonValue[],
  answers: readonly PythonValue[],
  language: Language,
): string | null {
  if (calls.length !== answers.length) return 'parallel_function_checker_no_order:wrong_count'
  const free = new Set(calls)
  for (const answer of answers) {
    const description = describe(functions, answer)
    const match = [...free].find((call) => checkCall(description, call, answer, language) === null)
    if (match === undefined) return 'parallel_function_checker_no_order:cannot_find_match'
    free.delete(match)
  }
  return null
}

function describe(functions: PythonValue, answer: PythonValue): PythonValue {
  if (!isList(functions)) return functions
  const [name] = dictOf(answer).keys()
  return functions.find((each) => memberOf(each, 'name') === name) ?? null
}
