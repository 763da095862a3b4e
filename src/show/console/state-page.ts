import type { StoreReader } from '../../domain/store.ts'
import type { Home } from '../../journal/home.ts'
import { readJournal } from '../../journal/reader.ts'
import { countBehind } from '../../store/journal-batches.ts'
import type { EntryCountRow, LastCheckpointRow, QueryName } from '../../store/queries.ts'
import { rowsOf } from '../../store/rows-of.ts'
import { version } from '../../version.ts'
import { type Html, html } from '../page/html.ts'
import { amount, count, time } from '../quantities.ts'
import { consoleHead, type Page, pageOf } from './page-shell.ts'

/** How ingest goes in the process that serves. */
export interface IngestState {
  /** ISO 8601; null before the first one has ended. */
  readonly lastEnded: string | null
  /** Why the last one did not end well. */
  readonly outage: string | null
}

/** How far behind what is shown is, and how far what was recorded was signed for. */
export async function statePage(
  home: Home,
  database: StoreReader<QueryName>,
  ingestion: IngestState,
): Promise<Page> {
  const journal = readJournal(home)
  const counts = await rowsOf(database.query<EntryCountRow>('entry_counts'))
  const logs = await journal.logs()
  const { behind } = await countBehind(journal, new Map(counts.map(({ log, last }) => [log, last + 1])))
  const checkpoints = await rowsOf(database.query<LastCheckpointRow>('last_checkpoints'))
  const alive = logs.filter((log) => log.alive).length
  const entries = counts.reduce((sum, each) => sum + each.entries, 0)
  const content = html`<h1>State</h1>
<p class="facts">${home.path} · calltrail ${version} · times are UTC</p>
<section class="cards">
${ingestCard(ingestion, entries, behind)}
<div class="card"><h2>Recorders</h2><dl><dt>running</dt><dd>${amount(alive)}</dd><dt>logs</dt><dd>${amount(logs.length)}</dd></dl><p class="quiet gap">The process that serves has a log of its own.</p></div>
${checkpointCard(checkpoints)}
</section>`
  return pageOf('State', content, { head: consoleHead('state') })
}

function ingestCard({ lastEnded, outage }: IngestState, entries: number, behind: number): Html {
  const verdict =
    outage !== null
      ? html`<span class="badge bad">not ingesting</span>`
      : behind === 0
        ? html`<span class="badge good">up to date</span>`
        : html`<span class="badge doubtful">${count(behind, 'entry', 'entries')} behind</span>`
  return html`<div class="card"><h2>Ingest</h2><dl><dt>state</dt><dd>${verdict}</dd><dt>in the database</dt><dd>${count(entries, 'entry', 'entries')}</dd><dt>behind</dt><dd>${count(behind, 'entry', 'entries')}</dd><dt>last</dt><dd>${time(lastEnded)}</dd></dl>${outage === null ? null : html`<p class="note gap">${outage}; what is recorded stays in the journal, and is ingested once the database answers.</p>`}</div>`
}

function checkpointCard(checkpoints: readonly LastCheckpointRow[]): Html {
  const register = checkpoints.find(({ log }) => log === '')
  const logs = checkpoints.filter(({ log }) => log !== '')
  const signed = logs.reduce((sum, { size }) => sum + size, 0)
  const last = checkpoints
    .map(({ at }) => at)
    .sort()
    .at(-1)
  const rows = register
    ? html`<dt>kept last</dt><dd>${time(last ?? null)}</dd><dt>signed for</dt><dd>${count(signed, 'entry', 'entries')} of ${count(logs.length, 'log')}</dd><dt>register</dt><dd>${count(register.size, 'line')}</dd>`
    : html`<dt>signed for</dt><dd>nothing yet</dd>`
  return html`<div class="card"><h2>Checkpoints in the database</h2><dl>${rows}</dl><p class="quiet gap"><code>calltrail audit verify</code> proves what is recorded.</p></div>`
}
