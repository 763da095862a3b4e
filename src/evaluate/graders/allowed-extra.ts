import type { Expectation } from '../../domain/suite.ts'
import type { Attempt } from './attempts.ts'

/** Whether the match mode forgives this attempt, which answers no expected call. */
export function isAllowedExtra(
  { match, extraReads }: Pick<Expectation, 'match' | 'extraReads'>,
  { readOnly }: Pick<Attempt, 'readOnly'>,
): boolean {
  if (readOnly && extraReads !== undefined) return extraReads
  if (match === 'exact') return false
  return match === 'subset' || readOnly
}
