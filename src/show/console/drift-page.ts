import type { StoreReader } from '../../domain/store.ts'
import type { Suite } from '../../domain/suite.ts'
import type { DefinitionChange, SeenInstruction } from '../../forensics/drift/drift.ts'
import { type RecordedDrift, readDrift } from '../../forensics/drift/read-drift.ts'
import { type TouchedSuite, touchedSuites } from '../../forensics/drift/touched-cases.ts'
import type { QueryName } from '../../store/queries.ts'
import { casesOf, changeDetails, clientName, seenFirst, signs } from '../drift-report.ts'
import { type Html, html } from '../page/html.ts'
import { count, time } from '../quantities.ts'
import { consoleHead, type Page, pageOf } from './page-shell.ts'

/** Beyond it the newest are shown. */
const maxChanges = 200

/** What changed in the tools that servers show, the newest first, and what in them instructs the model. */
export async function driftPage(database: StoreReader<QueryName>, suites: readonly Suite[]): Promise<Page> {
  const drift = await readDrift(database)
  const touched = touchedSuites(suites, drift.changes)
  const changes = drift.changes.toReversed()
  const content = html`<h1>Drift</h1>
<p class="facts">${summary(drift)}</p>
${drift.instructions.length > 0 ? instructionsCard(drift.instructions) : null}
${changes.slice(0, maxChanges).map((change) => changeCard(change, touched))}
${changes.length > maxChanges ? html`<p class="quiet">${changes.length - maxChanges} older changes are not shown; <code>calltrail drift</code> lists them.</p>` : null}
${serversTable(drift)}`
  return pageOf('Drift', content, { head: consoleHead('drift') })
}

function summary({ servers, changes, unreadable }: RecordedDrift): string {
  const changed = new Set(changes.map(({ server }) => server)).size
  const unread = unreadable > 0 ? ` · ${count(unreadable, 'list')} not kept whole` : ''
  return `${count(servers.length, 'server')} · ${changed} changed · ${count(changes.length, 'change')} of their tool lists${unread} · times are UTC`
}

function instructionsCard(instructions: readonly SeenInstruction[]): Html {
  const items = instructions.map(
    ({ server, tool, where, kind, quote, since, until, isNew }) =>
      html`<li><strong>${server}/${tool}</strong> <span class="badge bad">${kind}</span>${isNew ? html` <span class="badge doubtful">new with a change</span>` : null}<blockquote>${quote}</blockquote><span class="quiet">in its ${where} · ${seenFirst(since)}${until ? `, gone ${time(until.at)}` : ''}</span></li>`,
  )
  return html`<section class="card"><h2>Text that instructs the model</h2><p class="quiet">A heuristic: read it yourself.</p><ul class="changes">${items}</ul></section>`
}

function changeCard(change: DefinitionChange, touched: readonly TouchedSuite[]): Html {
  const { server, from, serverVersion, tools, clients } = change
  const versions =
    from.serverVersion === serverVersion
      ? ''
      : ` · version ${from.serverVersion ?? '?'} → ${serverVersion ?? '?'}`
  const others = clients.length > 1 ? ` · also by ${clients.slice(1).map(clientName).join(', ')}` : ''
  const items = tools.map((tool) => {
    const details = changeDetails(tool, casesOf(`${server}/${tool.tool}`, touched))
    return html`<li><span class="sign">${signs[tool.change]}</span><strong>${tool.tool}</strong> <span class="quiet">${tool.change}</span>${details.length > 0 ? html`<ul>${details.map((line) => html`<li>${line.trim()}</li>`)}</ul>` : null}</li>`
  })
  return html`<section class="card drifted"><h2>${server}${versions}</h2><p class="quiet">${seenFirst(change)}${others} · before, since ${time(from.at)}</p><ul class="changes">${items}</ul></section>`
}

function serversTable({ servers }: RecordedDrift): Html {
  if (servers.length === 0)
    return html`<section class="card gap"><p>No tool list is recorded yet. A server’s list is kept when a client asks for it.</p></section>`
  const rows = servers.map(
    ({ server, lists, first, last }) =>
      html`<tr><td class="what"><a href="/?${new URLSearchParams({ server }).toString()}">${server}</a></td><td class="number">${lists}</td><td class="when">${time(first)}</td><td class="when">${time(last)}</td></tr>`,
  )
  return html`<section class="card list"><table><thead><tr><th>Server</th><th class="number">Lists seen</th><th>First</th><th>Last</th></tr></thead><tbody>${rows}</tbody></table></section>`
}
