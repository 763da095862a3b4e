import { createHash } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { type Html, html } from '../page/html.ts'
import { pageStyle } from '../page/page-style.ts'
import { consoleStyle } from './console-style.ts'

export interface Page {
  readonly status: number
  readonly markup: string
  /** `Content-Security-Policy`. */
  readonly policy: string
}

/** Where one is; null beside the places that the head names. */
export type Place = 'chains' | 'drift' | 'state' | null

const hashOf = ({ markup }: Html) => `'sha256-${createHash('sha256').update(markup).digest('base64')}'`
const styles = [pageStyle, consoleStyle]

/** Forms go to this console alone; styles are those that are known here. */
const consolePolicy = [
  "default-src 'none'",
  `style-src ${styles.map(hashOf).join(' ')}`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const places = [
  ['chains', '/', 'Chains'],
  ['drift', '/drift', 'Drift'],
  ['state', '/state', 'State'],
] as const

/** Above every page, where one is logged in. */
export function consoleHead(place: Place): Html {
  const links = places.map(([name, href, words]) =>
    name === place
      ? html`<a href="${href}" aria-current="page">${words}</a>`
      : html`<a href="${href}">${words}</a>`,
  )
  return html`<nav class="head"><a class="name" href="/">calltrail</a>${links}<form method="post" action="/logout"><button class="plain">Log out</button></form></nav>`
}

export function pageOf(
  title: string,
  content: Html,
  { status = 200, head }: { readonly status?: number; readonly head: Html | null },
): Page {
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · calltrail</title>
${styles.map((style) => html`<style>${style}</style>`)}
</head>
<body>
${head}
<main>
${content}
</main>
</body>
</html>
`
  return { status, markup, policy: consolePolicy }
}

export function problemPage(status: number, message: string, head: Html | null = null): Page {
  const title = STATUS_CODES[status] ?? 'Something is wrong'
  return pageOf(title, html`<h1>${title}</h1><p>${message}</p>`, { status, head })
}
