import type { ChainRow, ChainTrialRow } from '../../store/queries.ts'
import { type Html, html } from '../page/html.ts'
import { count } from '../quantities.ts'

/** Of a trial, whether it passed stands before whether its calls did. */
export function chainVerdicts(
  { denied, errors, no_answer: open, tool_calls: calls }: ChainRow,
  trial: ChainTrialRow | null,
): Html {
  const failed = errors - Math.min(open, errors)
  const badges = [
    ...trialBadge(trial),
    ...(denied > 0 ? [html`<span class="badge bad">${count(denied, 'deny verdict')}</span> `] : []),
    ...(failed > 0 ? [html`<span class="badge doubtful">${failed} not ok</span> `] : []),
    ...(open > 0 ? [html`<span class="badge doubtful">${open} unanswered</span> `] : []),
  ]
  if (badges.length > 0) return html`${badges}`
  return calls > 0 ? html`<span class="badge good">ok</span>` : html`<span class="quiet">no call</span>`
}

const trialBadges = {
  passed: [],
  failed: [html`<span class="badge bad">trial failed</span> `],
  'not judged': [html`<span class="badge doubtful">trial not judged</span> `],
  infrastructure: [html`<span class="badge doubtful">infrastructure error</span> `],
} as const

const trialBadge = (trial: ChainTrialRow | null): readonly Html[] => (trial ? trialBadges[trial.outcome] : [])
