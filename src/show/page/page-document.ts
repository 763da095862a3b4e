import { createHash } from 'node:crypto'
import { type Html, html } from './html.ts'
import { pageStyle } from './page-style.ts'

/** Nothing is loaded and nothing runs: the page is what it says, wherever it is opened. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(pageStyle.markup).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** A page that needs nothing else: no network, no script. */
export function pageDocument({ title, main }: { readonly title: string; readonly main: Html }): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`
  return page.markup
}
