import { isList, type PythonType, type PythonValue, typeOf } from './python-value.ts'

/** `variable`: the value has the type of the acceptable ones instead of the schema's; it is compared as it is. */
export type TypeVerdict =
  | { readonly right: true; readonly variable: boolean }
  | { readonly right: false; readonly error: 'type_error:simple' | 'type_error:nested' }

/** Types are exact. Of a list, one acceptable list is enough of whose element type each element is. */
export function checkType(
  value: PythonValue,
  acceptable: readonly PythonValue[],
  wanted: PythonType | 'set',
  nested: PythonType | 'set' | null,
): TypeVerdict {
  const meant = acceptable.find((each) => each !== '')
  const meantType = meant === undefined ? null : typeOf(meant)
  const isWanted = typeOf(value) === wanted
  const variable = meantType !== null && meantType !== wanted
  if (isWanted && (nested === null || hasRightElements(value, acceptable, nested)))
    return { right: true, variable }
  if (meantType !== typeOf(value)) return { right: false, error: 'type_error:simple' }
  return isWanted ? { right: false, error: 'type_error:nested' } : { right: true, variable: true }
}

function hasRightElements(
  value: PythonValue,
  acceptable: readonly PythonValue[],
  nested: PythonType | 'set',
): boolean {
  const elements = isList(value) ? value : []
  return acceptable.some(
    (each) => !isList(each) || elements.every((element) => checkType(element, each, nested, null).right),
  )
}
