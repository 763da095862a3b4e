import type { CallPrices } from '../../domain/prices.ts'
import type { StoreReader } from '../../domain/store.ts'
import { describeError, UsageError } from '../../errors.ts'
import { chainTrials } from '../../store/chain-trials.ts'
import { findPricedChains, type PricedChainRow } from '../../store/priced-chains.ts'
import type { ChainTrialRow, QueryName } from '../../store/queries.ts'
import { costWords } from '../chain-words.ts'
import { type ChainsList, trialOf } from '../chains-list.ts'
import { type Html, html } from '../page/html.ts'
import { count, duration, time, unknown } from '../quantities.ts'
import { trialWords } from '../trial-words.ts'
import { addressOf, type ChainFilters, filtersOf, queryOf } from './chain-filters.ts'
import { chainVerdicts } from './chain-verdicts.ts'
import { filterForm } from './filter-form.ts'
import { consoleHead, type Page, pageOf } from './page-shell.ts'
import type { IngestState } from './state-page.ts'

const pageSize = 50

interface ChainsData {
  readonly database: StoreReader<QueryName>
  readonly prices: () => Promise<CallPrices>
  readonly ingestion: IngestState
}

/** The newest chains that meet the filters of the address. */
export async function chainsPage(
  { database, prices, ingestion }: ChainsData,
  query: URLSearchParams,
): Promise<Page> {
  const filters = filtersOf(query)
  const head = consoleHead('chains')
  try {
    const wanted = { ...queryOf(filters, Date.now()), limit: pageSize + 1 }
    const rows = await findPricedChains(database, wanted, prices)
    const trials = await chainTrials(database, rows)
    return pageOf(
      'Chains',
      html`${heading(filters)}${filterForm(filters)}${lag(ingestion)}${list({ rows, trials }, filters)}`,
      { head },
    )
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const problem = html`<p class="note gap">${describeError(error)}</p>`
    return pageOf('Chains', html`${heading(filters)}${filterForm(filters)}${problem}`, { head, status: 400 })
  }
}

/** What is shown is not all, and why. */
function lag({ lastEnded, outage }: IngestState): Html | null {
  if (outage !== null)
    return html`<p class="note gap">The newest may be missing: ${outage}. <a href="/state">State</a></p>`
  return lastEnded === null
    ? html`<p class="note gap">What was recorded is still being read in: reload in a moment.</p>`
    : null
}

function heading(filters: ChainFilters): Html {
  const words = Object.keys(filters).length === 0 ? 'all that is recorded' : 'those that meet every filter'
  return html`<h1>Chains</h1><p class="facts">What each request of a person has caused · ${words}, the newest first · times are UTC</p>`
}

function list({ rows, trials }: Pick<ChainsList, 'rows' | 'trials'>, filters: ChainFilters): Html {
  if (rows.length === 0) return nothing(filters)
  const shown = rows.slice(0, pageSize)
  const last = shown.at(-1)
  const older =
    rows.length > shown.length && last
      ? html`<nav class="pages"><a href="${addressOf({ ...filters, until: last.started })}">Older chains</a></nav>`
      : null
  return html`<section class="card list"><div class="wide"><table>
<thead><tr><th>Started</th><th>Prompt, or what was called</th><th class="optional">Who</th><th class="number optional">Calls</th><th class="number optional">Took</th><th>Outcome</th></tr></thead>
<tbody>${shown.map((row) => chainRow(row, trialOf(row, trials)))}</tbody>
</table></div>${older}</section>`
}

function nothing(filters: ChainFilters): Html {
  const isFiltered = Object.keys(filters).length > 0
  const words = isFiltered
    ? html`<p>No chain meets these filters. <a href="/">Show all</a></p>`
    : html`<p>Nothing is recorded yet. Put <code>calltrail record --</code> before the command of an MCP server; what it is asked shows here within seconds.</p>`
  return html`<section class="card gap">${words}</section>`
}

const longestTitle = 220

function chainRow(row: PricedChainRow, trial: ChainTrialRow | null): Html {
  const { chain, prompt, tools, servers, started } = row
  const title = prompt ?? (tools.join(', ') || 'no call')
  const cut = title.length > longestTitle ? `${title.slice(0, longestTitle)}…` : title
  const where = [
    ...(trial ? ['trial', ...trialWords(trial).slice(0, 2)] : []),
    ...(prompt !== null && tools.length > 0 ? [some(tools, 3)] : []),
    ...(prompt === null && servers.length > 0 ? [`on ${some(servers, 3)}`] : []),
    ...row.models,
    ...(row.cost_usd ? [costWords(row)] : []),
  ]
  const who = [...row.users, ...row.clients]
  return html`<tr>
<td class="when">${time(started)}</td>
<td class="what"><a href="/chain/${chain}">${prompt === null ? html`<code>${cut}</code>` : cut}</a>${where.length > 0 ? html`<div class="quiet">${where.join(' · ')}</div>` : null}</td>
<td class="optional">${who.length > 0 ? some(who, 2) : unknown}</td>
<td class="number optional">${row.tool_calls}</td>
<td class="number optional">${duration(row.duration_ms)}</td>
<td>${chainVerdicts(row, trial)}</td>
</tr>
`
}

function some(names: readonly string[], most: number): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${count(more, 'more', 'more')}` : names.join(', ')
}
