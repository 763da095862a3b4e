import { javaTypes, readJava } from './java-values.ts'
import { javascriptTypes, readJavascript } from './javascript-values.ts'
import {
  dictOf,
  elementsOf,
  isDict,
  isIn,
  isList,
  memberOf,
  PythonError,
  type PythonType,
  type PythonValue,
} from './python-value.ts'
import { checkType } from './type-check.ts'
import { checkDict, checkDicts, checkList, checkString } from './value-check.ts'

export type Language = 'python' | 'java' | 'javascript'

const pythonTypes: Readonly<Record<string, PythonType>> = {
  string: 'str',
  integer: 'int',
  float: 'float',
  boolean: 'bool',
  array: 'list',
  tuple: 'list',
  dict: 'dict',
  any: 'str',
}

const languages = {
  python: { types: pythonTypes, lists: ['array', 'tuple'], error: null, read: null },
  java: {
    types: javaTypes,
    lists: ['Array', 'ArrayList'],
    error: 'type_error:java',
    read: readJava,
  },
  javascript: { types: javascriptTypes, lists: ['array'], error: 'type_error:js', read: readJavascript },
} as const

/**
 * One call (`{function: {parameter: value}}`) against one answer (`{function: {parameter: [acceptable, …]}}`) and the
 * function's description, in BFCL's order: name, required, unexpected, type, value, then what was left out. The error
 * type of the first that is wrong; null where nothing is.
 */
export function checkCall(
  description: PythonValue,
  call: PythonValue,
  answer: PythonValue,
  language: Language,
): string | null {
  const [answers] = dictOf(answer).values()
  if (answers === undefined) throw new PythonError('IndexError')
  const name = memberOf(description, 'name')
  const parameters = memberOf(description, 'parameters')
  const properties = memberOf(parameters, 'properties')
  const required = elementsOf(memberOf(parameters, 'required'))
  if (!isIn(name, call)) return 'simple_function_checker:wrong_func_name'
  const given = memberOf(call, String(name))
  if (required.some((each) => !isIn(each, given))) return 'simple_function_checker:missing_required'
  for (const [parameter, value] of dictOf(given)) {
    if (!isIn(parameter, properties) || !isIn(parameter, answers))
      return 'simple_function_checker:unexpected_param'
    const error = checkParameter(
      memberOf(properties, parameter),
      value,
      memberOf(answers, parameter),
      language,
    )
    if (error !== null) return error
  }
  const isLeftOut = ([parameter, acceptable]: readonly [string, PythonValue]) =>
    !isIn(parameter, given) && !isIn('', acceptable)
  return [...dictOf(answers)].some(isLeftOut) ? 'simple_function_checker:missing_optional' : null
}

function checkParameter(
  schema: PythonValue,
  given: PythonValue,
  answers: PythonValue,
  language: Language,
): string | null {
  const { types, lists, error, read } = languages[language]
  const type = String(memberOf(schema, 'type'))
  const wanted = typeNamed(type, types)
  if (read && typeof given !== 'string') return error
  const nestedName = lists.some((each) => each === type)
    ? String(memberOf(memberOf(schema, 'items'), 'type'))
    : null
  const nested = nestedName === null ? null : typeNamed(nestedName, types)
  const value = read ? read(String(given), type, nestedName) : promote(given, type)
  const acceptable = elementsOf(answers)
  const verdict = checkType(value, acceptable, wanted, nested)
  if (!verdict.right) return verdict.error
  return verdict.variable ? checkPlain(value, acceptable) : checkValue(value, acceptable, wanted, nested)
}

/** An int where a float is wanted: the only conversion there is. */
function promote(value: PythonValue, type: string): PythonValue {
  if (type !== 'float' || typeof value !== 'bigint') return value
  if (!Number.isFinite(Number(value))) throw new PythonError('OverflowError')
  return Number(value)
}

function typeNamed(name: string, types: Readonly<Record<string, PythonType | 'set'>>): PythonType | 'set' {
  const type = Object.hasOwn(types, name) ? types[name] : undefined
  if (type === undefined) throw new PythonError('KeyError')
  return type
}

function checkValue(
  value: PythonValue,
  acceptable: readonly PythonValue[],
  wanted: PythonType | 'set',
  nested: PythonType | 'set' | null,
): string | null {
  if (wanted === 'dict' && isDict(value)) return checkDict(value, acceptable)
  if (wanted === 'list' && isList(value))
    return nested === 'dict' ? checkDicts(value, acceptable) : checkList(value, acceptable)
  return wanted === 'str' && typeof value === 'string'
    ? checkString(value, acceptable)
    : checkPlain(value, acceptable)
}

function checkPlain(value: PythonValue, acceptable: readonly PythonValue[]): string | null {
  return isIn(value, acceptable) ? null : 'value_error:others'
}
