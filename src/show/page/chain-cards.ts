import type { Claim, Identity } from '../../domain/identity.ts'
import type { ChainView } from '../../forensics/chain-view.ts'
import { type ChainNode, identitiesOf } from '../../forensics/reconstruct.ts'
import { changesIn, redactionWords } from '../chain-words.ts'
import { unknown } from '../quantities.ts'
import { type Html, html } from './html.ts'

/** What is asked first: on whose behalf, with what permissions, what changed, what was hidden. */
export function chainCards(view: ChainView, nodes: readonly ChainNode[]): Html {
  const [run] = view.spans.flatMap(({ run }) => run ?? [])
  const changes = changesIn(nodes)
  const identities = identitiesOf(view)
  return html`<section class="cards">
${identities.map(({ identity, where }) => whoCard(identity, identities.length > 1 ? where : []))}
<div class="card"><h2>What may have changed</h2>${changes.length > 0 ? html`<ul>${changes.map((words) => html`<li>${words}</li>`)}</ul>` : html`<p class="quiet">${nothingChanged(nodes)}</p>`}</div>
<div class="card"><h2>Hidden by redaction</h2><p>${redactionWords(view) ?? 'nothing'}</p>${run ? html`<h2>Evaluation run</h2><p><code>${run}</code></p>` : null}</div>
</section>`
}

function nothingChanged(nodes: readonly ChainNode[]): string {
  const isCalled = nodes.some(({ effect }) => effect !== null)
  return isCalled
    ? 'Nothing: each call says that it only reads, or that it failed.'
    : 'No tool of a server was called.'
}

function whoCard(identity: Identity, where: readonly string[]): Html {
  const { user, groups, role, env, client, agent, permissions } = identity
  const rows = [
    claimRow('user', user),
    claimRow('groups', groups && { ...groups, value: groups.value.join(', ') }),
    claimRow('role', role),
    claimRow('env', env),
    claimRow('client', client),
    claimRow('agent', agent),
    row('scopes', permissions.scopes && (permissions.scopes.join(' ') || 'none')),
    row('credential', permissions.credentialId),
    row('policy set', permissions.policySetHash?.slice(0, 16) ?? null),
  ]
  const title = where.length > 0 ? `Who, to ${where.join(', ')}` : 'Who'
  return html`<div class="card"><h2>${title}</h2><dl>${rows}</dl></div>`
}

function claimRow(name: string, claim: Claim | null): Html | null {
  if (claim === null) return name === 'user' ? row(name, null) : null
  return html`<dt>${name}</dt><dd>${claim.value} <span class="badge ${claim.source}">${claim.source}</span></dd>`
}

/** Of a permission that nobody knows it is said that nobody does. */
function row(name: string, value: string | null): Html {
  return html`<dt>${name}</dt><dd>${value ?? html`<span class="quiet">${unknown} not known</span>`}</dd>`
}
