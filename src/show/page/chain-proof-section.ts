import type { ChainView } from '../../forensics/chain-view.ts'
import { differingWords, logWords } from '../chain-proof.ts'
import { type Html, html } from './html.ts'

/** Whether it was shown as it was recorded and signed for, when the page was written. */
export function proofSection({ chain, proof }: ChainView): Html | null {
  const failed = differingWords(proof)
  if (failed === null && proof.logs.length === 0) return null
  const logs = proof.logs.map((log) =>
    log.problem === null
      ? html`<p><span class="badge good">proven</span> ${logWords(log)}</p>`
      : html`<p class="note">${logWords(log)}</p>`,
  )
  return html`<section class="card"><h2>Proof</h2>
${failed === null ? null : html`<p><span class="badge bad">FAILED</span> ${failed}</p>`}${logs}
<p class="quiet">As it was when this page was written. <code>calltrail audit prove ${chain}</code> gives what can be checked with the key alone.</p></section>`
}
