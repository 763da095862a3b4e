import type { Transcript } from '../domain/grader.ts'
import { acceptedTools, type Expectation } from '../domain/suite.ts'

/**
 * The share of expected calls whose tool, or an alternative to it, the exposure's find tool ever offered in the trial;
 * null where nothing was looked for or no call is expected.
 */
export function retrievalHit({ calls }: Expectation, { turns }: Transcript): number | null {
  const retrievals = turns.filter((turn) => turn.type === 'retrieval')
  if (retrievals.length === 0 || !calls || calls.length === 0) return null
  const found = new Set(retrievals.flatMap(({ tools }) => tools))
  const hits = calls.filter((call) => acceptedTools(call).some((name) => found.has(name)))
  return hits.length / calls.length
}
