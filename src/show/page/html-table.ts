import { type Html, html } from './html.ts'

export interface HtmlColumn<T> {
  readonly head: string
  /** Numbers stand right, each digit as wide as the others. */
  readonly isNumber?: boolean
  /** Names stay whole while there is room. */
  readonly isName?: boolean
  readonly of: (row: T) => Html | string
}

export interface HtmlRows<T> {
  /** Stands above its rows, over all columns. */
  readonly heading: string
  readonly rows: readonly T[]
}

export function htmlTable<T>(columns: readonly HtmlColumn<T>[], rows: readonly T[]): Html {
  return tableOf(columns, html`<tbody>${linesOf(columns, rows)}</tbody>`)
}

/** What many rows have in common is told once. */
export function groupedTable<T>(columns: readonly HtmlColumn<T>[], groups: readonly HtmlRows<T>[]): Html {
  const bodies = groups.map(
    ({ heading, rows }) =>
      html`<tbody><tr><th class="group" colspan="${columns.length}" scope="rowgroup">${heading}</th></tr>${linesOf(columns, rows)}</tbody>`,
  )
  return tableOf(columns, html`${bodies}`)
}

function tableOf<T>(columns: readonly HtmlColumn<T>[], bodies: Html): Html {
  const heads = columns.map(({ head, isNumber }) =>
    isNumber ? html`<th class="number">${head}</th>` : html`<th>${head}</th>`,
  )
  return html`<table><thead><tr>${heads}</tr></thead>${bodies}</table>`
}

function linesOf<T>(columns: readonly HtmlColumn<T>[], rows: readonly T[]): readonly Html[] {
  return rows.map((row) => {
    const cells = columns.map(({ of, isNumber, isName }) => {
      if (isNumber) return html`<td class="number">${of(row)}</td>`
      return isName ? html`<td class="name">${of(row)}</td>` : html`<td>${of(row)}</td>`
    })
    return html`<tr>${cells}</tr>`
  })
}
