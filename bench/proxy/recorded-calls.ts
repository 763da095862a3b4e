import { homeAt } from '../../src/journal/home.ts'
import { readJournal } from '../../src/journal/reader.ts'

/** How many calls the journal of a home has, and how many of them twice. */
export async function recordedCalls(home: string) {
  const reader = readJournal(homeAt(home))
  const spans = new Set<string>()
  let requests = 0
  let answers = 0
  let twice = 0
  for (const { log } of await reader.logs())
    for await (const { entry } of reader.entries(log, 0)) {
      if (entry.kind === 'tool_result') answers += 1
      if (entry.kind !== 'tool_request') continue
      requests += 1
      if (spans.has(entry.data.span)) twice += 1
      spans.add(entry.data.span)
    }
  return { requests, answers, twice }
}
