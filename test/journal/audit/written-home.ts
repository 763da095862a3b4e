import type { EntryData, EntryKind } from '../../../src/domain/entry.ts'
import type { JournalWriter } from '../../../src/domain/journal.ts'
import { type Home, readKey } from '../../../src/journal/home.ts'
import { type JournalOptions, openJournal } from '../../../src/journal/journal.ts'
import { createRedactor } from '../../../src/policy/redactor.ts'
import { sampleEntries } from '../sample-entries.ts'

export function openLog(home: Home, options: Partial<JournalOptions> = {}) {
  return openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')), ...options })
}

const session = '01920000-0000-7000-8000-000000000003'

/** Entries of every kind, but for those that excuse a body that is not there; one in `fresh` has bodies of its own. */
export function writeEntries(journal: JournalWriter, count: number, fresh = 5): void {
  const shared = Object.entries(sampleEntries((text) => journal.body({ text }).ref))
  for (let index = 0; index < count; index++) {
    const samples =
      index % fresh === 0 ? sampleEntries((text) => journal.body({ text: `${index} ${text}` }).ref) : null
    const [kind = '', data] = shared[index % shared.length] ?? []
    const isExcuse = kind === 'loss' || kind === 'body_erased'
    const named = (isExcuse ? 'tool_request' : kind) as EntryKind
    const said = samples
      ? samples[named as keyof typeof samples]
      : isExcuse
        ? shared.find(([name]) => name === named)?.[1]
        : data
    journal.append(named, session, said as EntryData[EntryKind])
    if (index % 50 === 49) journal.flush()
  }
}

/** A log of so many entries, closed; its id. */
export function writeLog(
  home: Home,
  count: number,
  { fresh, ...options }: Partial<JournalOptions> & { readonly fresh?: number } = {},
): string {
  const journal = openLog(home, options)
  writeEntries(journal, count, fresh)
  journal.close()
  return journal.log
}
