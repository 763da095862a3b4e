import type { Entry } from '../../src/domain/entry.ts'
import type { JournalReader, JournalWriter } from '../../src/domain/journal.ts'
import type { Store } from '../../src/domain/store.ts'
import { type Home, openHome, readKey } from '../../src/journal/home.ts'
import { openJournal } from '../../src/journal/journal.ts'
import { readJournal } from '../../src/journal/reader.ts'
import { createRedactor } from '../../src/policy/redactor.ts'
import { ingest } from '../../src/store/ingest.ts'
import type { EntryCountRow, EntryLineRow, QueryName } from '../../src/store/queries.ts'
import { observedSession, traced } from '../chain/observed-session.ts'

export function openLog(home: Home): JournalWriter {
  return openJournal({ home, redactor: createRedactor(readKey(home, 'redaction')) })
}

/** Ingests as a command does: with a log of its own, that is closed after it. */
export async function ingestHome(
  path: string,
  store: Store<QueryName>,
  batchEntries = 10_000,
  sliceSpans?: number,
) {
  const home = openHome(path)
  const links = openLog(home)
  try {
    return await ingest(store, readJournal(home), { links, lock: home.ingestLock, batchEntries, sliceSpans })
  } finally {
    links.close()
  }
}

/** A session in which a model makes calls, of which the exposure makes another; 8 entries and 5 spans a turn. */
export function recordTrial(journal: JournalWriter, name: string, { turns = 1, run = 'run-1' } = {}) {
  const trace = `${Buffer.from(name).toString('hex')}${'0'.repeat(32)}`.slice(0, 31)
  const evidence = traced('runner', { trace: `${trace}1` })
  const session = observedSession(journal, { type: 'trial', parent: run, evidence })
  for (let turn = 1; turn <= turns; turn++) {
    const at = (span: string) => `${name}-${turn}-${span}`
    session.modelRequest(at('model'), { prompt: `Which port does ${name} listen on?` })
    session.modelResponse(at('model'))
    session.decision(at('decision'), at('model'), { callId: `call_${turn}`, tool: 'call_tool' })
    session.request(at('outer'), { callId: `call_${turn}`, tool: 'call_tool', evidence })
    session.request(at('inner'), { parentSpan: at('outer'), evidence, arguments: `{"path":"${name}.yaml"}` })
    session.policy(at('policy'), at('inner'), 'deny')
    session.result(at('inner'), { text: `port: ${8000 + turn}` })
    session.result(at('outer'))
  }
  return session
}

/** Lines of the journal by log; one whose recorder was killed before its first line was whole has none. */
export async function journalLines(reader: JournalReader): Promise<Record<string, readonly string[]>> {
  const lines: Record<string, string[]> = {}
  for (const { log } of await reader.logs()) {
    const own: string[] = []
    for await (const { line } of reader.entries(log, 0)) own.push(line)
    if (own.length > 0) lines[log] = own
  }
  return lines
}

/** Lines of the database by log. */
export async function storedLines(store: Store<QueryName>): Promise<Record<string, readonly string[]>> {
  const lines: Record<string, string[]> = {}
  for (const { log } of await all(store.query<EntryCountRow>('entry_counts'))) {
    const rows = await all(store.query<EntryLineRow>('entry_lines', { log }))
    lines[log] = rows.map(({ line }) => line)
  }
  return lines
}

export async function journalEntries(reader: JournalReader): Promise<readonly Entry[]> {
  return Object.values(await journalLines(reader)).flatMap((lines) => lines.map((line) => JSON.parse(line)))
}

export async function all<T>(rows: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const row of rows) collected.push(row)
  return collected
}
