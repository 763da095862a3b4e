import { linkTiers } from '../chain-words.ts'
import { type Html, html } from '../page/html.ts'
import type { ChainFilters, FilterName } from './chain-filters.ts'

type Choices = readonly (readonly [value: string, words: string])[]

const times: Choices = [
  ['', 'whenever'],
  ['1h', 'last hour'],
  ['24h', 'last 24 hours'],
  ['7d', 'last 7 days'],
  ['30d', 'last 30 days'],
]
const outcomes: Choices = [
  ['', 'any'],
  ['ok', 'ok'],
  ['tool', 'tool said error'],
  ['json-rpc', 'JSON-RPC error'],
  ['http', 'HTTP error'],
  ['transport', 'connection'],
  ['cancelled', 'cancelled'],
  ['no_answer', 'no answer'],
]
const sources: Choices = [
  ['', 'any'],
  ['recorded', 'clients'],
  ['trial', 'evaluation runs'],
]
const tiers: Choices = [
  ['', 'any'],
  ...linkTiers.flatMap((words, tier) => (tier === 0 ? [] : [[`${tier}`, `${tier} · ${words}`] as const])),
]

/** Works without a script: it is sent as the address that it makes, which can be kept and shared. */
export function filterForm(filters: ChainFilters): Html {
  const clear = Object.keys(filters).length > 0 ? html`<a href="/">Clear</a>` : null
  return html`<form class="card filters" method="get" action="/" role="search">
<label class="words">Words in prompts, arguments and results<input type="search" name="text" value="${filters.text ?? ''}"></label>
${choice('since', 'Since', times, filters)}
${field('until', 'Started before', filters, 'now')}
${field('tool', 'Tool', filters, 'files/read')}
${field('server', 'Server', filters)}
${field('user', 'User', filters)}
${field('client', 'Client', filters)}
${choice('outcome', 'Outcome', outcomes, filters)}
${choice('source', 'Made by', sources, filters)}
${choice('tier', 'Joined by', tiers, filters)}
${field('min-tokens', 'Tokens, at least', filters)}
${field('min-cost', 'US dollars, at least', filters)}
${filters.run === undefined ? null : field('run', 'Run', filters)}
<label class="check"><input type="checkbox" name="denied" value="1"${filters.denied === undefined ? null : html` checked`}>denied</label>
<div class="do"><button>Show</button>${clear}</div>
</form>`
}

function field(name: FilterName, words: string, filters: ChainFilters, hint = 'any'): Html {
  return html`<label>${words}<input name="${name}" value="${filters[name] ?? ''}" placeholder="${hint}" autocomplete="off"></label>`
}

/** What stands in the address stays a choice, whatever it is. */
function choice(name: FilterName, words: string, choices: Choices, filters: ChainFilters): Html {
  const chosen = filters[name] ?? ''
  const all = choices.some(([value]) => value === chosen) ? choices : [...choices, [chosen, chosen] as const]
  const options = all.map(
    ([value, text]) =>
      html`<option value="${value}"${value === chosen ? html` selected` : null}>${text}</option>`,
  )
  return html`<label>${words}<select name="${name}">${options}</select></label>`
}
