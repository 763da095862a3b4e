import type { ChainView } from '../../forensics/chain-view.ts'
import { linkWords } from '../chain-words.ts'
import { unknown } from '../quantities.ts'
import { type Html, html } from './html.ts'

/** What was joined by evidence, and by which. */
export function linksTable({ links, spans }: ChainView, begin: number): Html | null {
  if (links.length === 0) return null
  const byId = new Map(spans.map((span) => [span.span, span]))
  const name = (id: string) => {
    const span = byId.get(id)
    return span
      ? `${((Date.parse(span.at) - begin) / 1000).toFixed(2)} s ${span.kind} ${span.name}`
      : `${id}, of another chain`
  }
  const rows = links.map(
    ({ type, tier, from_span, to_span, candidates, evidence }) =>
      html`<tr><td>${linkWords(tier)}</td><td>${type.replace('_', ' ')}</td><td>${candidates.length > 1 ? `one of ${candidates.length}` : name(from_span)}</td><td>${name(to_span)}</td><td><code>${evidence}</code></td></tr>`,
  )
  return html`<section><h2>What joins it</h2><details><summary>${links.length} links, each with its evidence</summary>
<div class="wide"><table><thead><tr><th>tier</th><th>kind</th><th>from</th><th>to</th><th>evidence</th></tr></thead><tbody>${rows}</tbody></table></div></details></section>`
}

/** Where it was observed. */
export function sessionsTable({ sessions }: ChainView): Html | null {
  if (sessions.length === 0) return null
  const rows = sessions.map(
    ({ session, type, server, protocolVersion, ending }) =>
      html`<tr><td>${type}</td><td>${server ?? unknown}</td><td>${protocolVersion ?? unknown}</td><td>${ending ? `${ending.reason}${ending.message ? `: ${ending.message}` : ''}` : 'open'}</td><td><code>${session}</code></td></tr>`,
  )
  return html`<section><h2>Where it was recorded</h2>
<div class="wide"><table><thead><tr><th>over</th><th>server</th><th>protocol</th><th>ended</th><th>session</th></tr></thead><tbody>${rows}</tbody></table></div></section>`
}
