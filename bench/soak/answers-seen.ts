import { homeAt } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'

/**
 * How many calls of models and tools the journal of a home has with one whole answer, of which the number that they asked for
 * is known, how many of these numbers twice, and how many calls have no answer.
 */
export async function answersSeen(home: string) {
  const reader = readJournal(homeAt(home))
  const numbers = new Set<string>()
  const open = new Map<string, string | null>()
  let twice = 0
  const note = (number: string | null | undefined) => {
    if (number == null || numbers.has(number)) twice += 1
    else numbers.add(number)
  }
  for (const { log } of await reader.logs())
    for await (const { entry } of reader.entries(log, 0)) {
      const { kind, data } = entry
      if (kind === 'model_request') open.set(data.span, null)
      if (kind === 'tool_request') open.set(data.span, data.requestId)
      if (kind !== 'model_response' && kind !== 'tool_result') continue
      const asked = open.get(data.span)
      if (!open.delete(data.span) || data.outcome.layer !== 'ok') twice += 1
      else note(kind === 'model_response' ? data.responseId?.replace(/^\w+-/, '') : asked)
    }
  return { once: numbers.size, twice, unanswered: open.size }
}
