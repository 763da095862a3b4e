import { type Home, homeAt } from '../../journal/home.ts'
import { readJournal } from '../../journal/reader.ts'
import { logsLeftBy } from '../../journal/recorder-process.ts'
import type { ProcessNote } from './schedule-record.ts'

/** The run that a process had begun and not ended; null where there is none. */
export async function runBegunBy({ path, journal }: Home, process: ProcessNote): Promise<string | null> {
  const reader = readJournal(homeAt(path))
  for (const log of logsLeftBy(journal, process))
    for await (const { entry } of reader.entries(log, 0))
      if (entry.kind === 'run_started') return entry.data.run
  return null
}
