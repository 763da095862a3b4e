import type { ChainView } from '../../forensics/chain-view.ts'
import { type ChainNode, nodesOf, reconstruct } from '../../forensics/reconstruct.ts'
import { version } from '../../version.ts'
import { chainFacts, denialFacts, durationOf, promptOf } from '../chain-words.ts'
import { escapeText } from '../escape.ts'
import { time } from '../quantities.ts'
import { trialWords } from '../trial-words.ts'
import { chainCards } from './chain-cards.ts'
import { chainNode } from './chain-node.ts'
import { proofSection } from './chain-proof-section.ts'
import { linksTable, sessionsTable } from './chain-tables.ts'
import { type Html, html } from './html.ts'
import { pageDocument } from './page-document.ts'
import { marked } from './payload.ts'

/** The whole chain as one page of HTML that needs nothing else: no network, no script. */
export function renderChainPage(view: ChainView): string {
  return pageDocument(chainContent(view))
}

/** What the page of a chain says, wherever it stands. */
export function chainContent(view: ChainView): { readonly title: string; readonly main: Html } {
  const roots = reconstruct(view)
  const prompt = promptOf(view)
  const facts = chainFacts(view)
  const begin = Date.parse(view.spans[0]?.at ?? '')
  const place = { begin, durationMs: durationOf(view.spans) ?? 0 }
  const main = html`<header>
<p class="kicker">calltrail · chain <code>${view.chain}</code></p>
${prompt === null ? html`<h1 class="quiet">No recorder saw the prompt</h1>` : heading(prompt)}
<p class="facts">${[`${time(view.spans[0]?.at ?? null)} UTC`, ...facts].join(' · ')}${verdicts(view, nodesOf(roots))}</p>
${view.trial && html`<p class="facts">${['trial', ...trialWords(view.trial)].join(' · ')}</p>`}
</header>
${chainCards(view, nodesOf(roots))}
<section>
<h2>What happened</h2>
<ol class="tree">${roots.map((root) => chainNode(root, null, place))}</ol>
</section>
${linksTable(view, begin)}
${sessionsTable(view)}
${proofSection(view)}
<footer>Written by calltrail ${version}. Times are UTC, offsets count from the beginning. What was said is shown as it was recorded: secrets were taken out before it was stored and stand as <mark>[redacted:…]</mark>. What a tool says of itself is its server’s word.</footer>`
  return { title: titleOf(view, prompt), main }
}

function titleOf({ chain }: ChainView, prompt: string | null): string {
  return `chain ${chain.slice(0, 12)}${prompt === null ? '' : ` · ${escapeText(prompt).slice(0, 60)}`}`
}

/** A prompt may be pages long: its beginning is the title, the whole is folded below. */
function heading(prompt: string): Html {
  const title = 160
  if (prompt.length <= title) return html`<h1>“${marked(prompt)}”</h1>`
  const [beginning = ''] = prompt.slice(0, title).split('\n')
  return html`<h1>“${marked(beginning)}…”</h1><details><summary>the whole prompt</summary><pre>${marked(prompt)}</pre></details>`
}

function verdicts(view: ChainView, nodes: readonly ChainNode[]): readonly Html[] {
  const failed = nodes.filter(({ span: { kind, outcome } }) => kind === 'tool' && outcome !== 'ok').length
  const gaps = nodes.filter(({ gap, doubt }) => gap !== null || doubt !== null).length
  return [
    ...(view.proof.differing.length > 0 ? [html` <span class="badge bad">not as recorded</span>`] : []),
    ...denialFacts(view).map((words) => html` <span class="badge bad">${words}</span>`),
    ...(failed > 0 ? [html` <span class="badge doubtful">${failed} not ok</span>`] : []),
    ...(gaps > 0 ? [html` <span class="badge doubtful">${gaps} not joined</span>`] : []),
  ]
}
