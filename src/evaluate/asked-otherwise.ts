import type { Transcript } from '../domain/grader.ts'
import type { Redactor } from '../domain/redactor.ts'
import type { Case } from '../domain/suite.ts'
import { exchangesOf } from './graders/exchanges.ts'
import { sameText } from './graders/placeholders.ts'

/** Whether the user said something else than the case has by now: then it is no trial of this case. */
export function isAskedOtherwise(
  { prompt, followUps = [] }: Pick<Case, 'prompt' | 'followUps'>,
  transcript: Transcript,
  redactor: Redactor,
): boolean {
  if (!transcript.turns.some(({ type }) => type === 'model')) return false
  const wanted = [prompt, ...followUps].map((text) => redactor.text(text))
  const said = exchangesOf(transcript).map((exchange) => exchange.prompt)
  const isOther = said.some((text, place) => text !== '' && sameText(wanted[place] ?? '', text) === false)
  return isOther || (transcript.stopped === 'answered' && said.length < wanted.length)
}
