import { type Html, html } from './html.ts'

export interface HtmlColumn<T> {
  readonly head: string
  /** Numbers stand right, each digit as wide as the others. */
  readonly isNumber?: boolean
  readonly of: (row: T) => Html | string
}

export function htmlTable<T>(columns: readonly HtmlColumn<T>[], rows: readonly T[]): Html {
  const heads = columns.map(({ head, isNumber }) =>
    isNumber ? html`<th class="number">${head}</th>` : html`<th>${head}</th>`,
  )
  const lines = rows.map((row) => {
    const cells = columns.map(({ of, isNumber }) =>
      isNumber ? html`<td class="number">${of(row)}</td>` : html`<td>${of(row)}</td>`,
    )
    return html`<tr>${cells}</tr>`
  })
  return html`<table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table>`
}
