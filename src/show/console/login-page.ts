import { html } from '../page/html.ts'
import { type Page, pageOf } from './page-shell.ts'

export function loginPage(status: 200 | 401, problem: string | null = null): Page {
  const content = html`<section class="card login">
<h1>calltrail</h1>
<p class="quiet">Records are shown to their owner. Open the link that <code>calltrail serve</code> has told, or give the token; it is in the file <code>serve-token</code> of the home.</p>
${problem === null ? null : html`<p class="note">${problem}</p>`}
<form method="post" action="/login">
<label>Token<input name="token" type="password" autocomplete="off" required autofocus></label>
<button>Log in</button>
</form>
</section>`
  return pageOf('Log in', content, { status, head: null })
}
