import { standardize, standardizeValue } from './python-text.ts'
import { dictOf, elementsOf, isDict, isIn, memberOf, type PythonValue } from './python-value.ts'

/** The error type; null where the value is acceptable. */
type ValueError = string | null

export function checkString(value: string, acceptable: readonly PythonValue[]): ValueError {
  const wanted = standardize(value)
  const isThere = acceptable.some((each) => typeof each === 'string' && standardize(each) === wanted)
  return isThere ? null : 'value_error:string'
}

/** In order, element by element; strings within are standardized, what lies deeper is compared as it is. */
export function checkList(value: readonly PythonValue[], acceptable: readonly PythonValue[]): ValueError {
  const wanted = acceptable.map((each) => elementsOf(each).map(standardizeValue))
  return isIn(value.map(standardizeValue), wanted) ? null : 'value_error:list/tuple'
}

/** Of each key a list of what is acceptable; `""` in it: the key may be left out. The last answer says what is wrong. */
export function checkDict(value: PythonValue, acceptable: readonly PythonValue[]): ValueError {
  let error: ValueError = 'dict_checker:unclear'
  for (const answer of acceptable) {
    if (answer === '') continue
    error = compareDict(dictOf(value), answer)
    if (error === null) return null
  }
  return error
}

function compareDict(value: ReadonlyMap<string, PythonValue>, answer: PythonValue): ValueError {
  const wrong = firstWrong(value, answer)
  const answers = dictOf(answer)
  const isMissing = [...answers].some(([key, each]) => !value.has(key) && !isIn('', each))
  return isMissing ? 'value_error:dict_key' : wrong
}

function firstWrong(value: ReadonlyMap<string, PythonValue>, answer: PythonValue): ValueError {
  for (const [key, each] of value) {
    if (!isIn(key, answer)) return 'value_error:dict_key'
    const wanted = elementsOf(memberOf(answer, key)).map(standardizeValue)
    if (!isIn(standardizeValue(each), wanted)) return 'value_error:dict_value'
  }
  return null
}

/** Dicts in the order of an acceptable list. */
export function checkDicts(value: readonly PythonValue[], acceptable: readonly PythonValue[]): ValueError {
  let error: ValueError = 'list_dict_checker:unclear'
  for (const answer of acceptable) {
    error = compareDicts(value, answer)
    if (error === null) return null
  }
  return error
}

function compareDicts(value: readonly PythonValue[], answer: PythonValue): ValueError {
  const count = isDict(answer) ? answer.size : elementsOf(answer).length
  if (value.length !== count) return 'value_error:list_dict_count'
  const answers = elementsOf(answer)
  for (const [index, each] of value.entries()) {
    const error = checkDict(each, [answers[index] ?? null])
    if (error !== null) return error
  }
  return null
}
