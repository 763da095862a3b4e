import type { Transcript } from '../domain/grader.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { Case, ToolsetDefinition } from '../domain/suite.ts'
import { exchangesOf } from './graders/exchanges.ts'
import { sameText } from './graders/placeholders.ts'
import { settingHash } from './setting-hash.ts'
import type { TrialEntry } from './trial-entry.ts'

/** Whether the user said something else than the case has by now: then it is no trial of this case. */
export function isAskedOtherwise(
  { prompt, followUps = [] }: Pick<Case, 'prompt' | 'followUps'>,
  { stopped }: Pick<TrialEntry, 'stopped'>,
  transcript: Transcript,
  redactor: Redactor,
): boolean {
  if (!wasAsked(transcript)) return false
  const wanted = [prompt, ...followUps].map((text) => redactor.text(text))
  const said = exchangesOf(transcript).map((exchange) => exchange.prompt)
  const isOther = said.some((text, place) => text !== '' && sameText(wanted[place] ?? '', text) === false)
  return isOther || (stopped === 'answered' && said.length < wanted.length)
}

/**
 * Whether the model was asked with another set-up, tear-down, recording or budget, or other fixtures or tools, than the
 * case has by now: then too. Null where the trial does not say.
 */
export function isPlayedOtherwise(
  testCase: Case,
  toolset: ToolsetDefinition,
  { settingHash: played, exposure }: TrialEntry,
  transcript: Transcript,
): boolean | null {
  if (!wasAsked(transcript)) return false
  return played === undefined ? null : played !== settingHash(testCase, toolset, exposure)
}

const wasAsked = ({ turns }: Transcript) => turns.some(({ type }) => type === 'model')
