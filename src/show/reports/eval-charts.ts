import type { Cell } from '../../evaluate/cell.ts'
import { type Html, html } from '../page/html.ts'
import { amount, percent, rate } from '../quantities.ts'

const width = 720
const rowHeight = 26
const left = 300
const span = width - left - 20

/** Pass rates with their 95 % intervals, a line for each cell. */
export function intervalChart(cells: readonly Cell[]): Html {
  const height = cells.length * rowHeight + 30
  const x = (share: number) => (left + share * span).toFixed(1)
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      html`<line x1="${x(share)}" x2="${x(share)}" y1="4" y2="${height - 24}" stroke="currentColor" stroke-opacity=".15"/><text x="${x(share)}" y="${height - 8}" text-anchor="middle" font-size="11" fill="currentColor" fill-opacity=".7">${percent(share)}</text>`,
  )
  const rows = cells.map((cell, index) => {
    const y = 4 + index * rowHeight + rowHeight / 2
    const name = html`<text x="${left - 10}" y="${y + 4}" text-anchor="end" font-size="12" fill="currentColor">${short(nameOf(cell), 46)}</text>`
    const { passRate } = cell
    if (!passRate) return name
    return html`${name}<line x1="${x(passRate.low)}" x2="${x(passRate.high)}" y1="${y}" y2="${y}" stroke="currentColor" stroke-opacity=".45" stroke-width="4"/><circle cx="${x(passRate.rate)}" cy="${y}" r="5" fill="currentColor"><title>${nameOf(cell)}: ${rate(passRate)}</title></circle>`
  })
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Pass rates with 95 % intervals" width="100%">${grid}${rows}</svg>`
}

/** What a cell costs in tokens, and what it passes: up and to the left is better. Null where no tokens are known. */
export function priceChart(cells: readonly Cell[]): Html | null {
  const known = cells.flatMap((cell) =>
    cell.passRate && cell.totalTokens !== null
      ? [{ cell, tokens: cell.totalTokens, passes: cell.passRate.rate }]
      : [],
  )
  if (known.length < 2) return null
  const [height, foot] = [320, 40]
  const most = Math.max(...known.map(({ tokens }) => tokens)) * 1.1 || 1
  const x = (tokens: number) => (60 + (tokens / most) * (width - 240)).toFixed(1)
  const y = (passes: number) => (12 + (1 - passes) * (height - foot - 20)).toFixed(1)
  const axis = [0, 0.5, 1].map(
    (share) =>
      html`<line x1="60" x2="${width - 160}" y1="${y(share)}" y2="${y(share)}" stroke="currentColor" stroke-opacity=".15"/><text x="52" y="${y(share)}" text-anchor="end" dominant-baseline="middle" font-size="11" fill="currentColor" fill-opacity=".7">${percent(share)}</text>`,
  )
  const ticks = [0, most / 2, most].map(
    (tokens) =>
      html`<text x="${x(tokens)}" y="${height - 18}" text-anchor="middle" font-size="11" fill="currentColor" fill-opacity=".7">${amount(tokens)}</text>`,
  )
  const points = known.map(
    ({ cell, tokens, passes }) =>
      html`<circle cx="${x(tokens)}" cy="${y(passes)}" r="5" fill="currentColor"><title>${nameOf(cell)}: ${rate(cell.passRate)}, ${amount(tokens)} tokens</title></circle><text x="${Number(x(tokens)) + 9}" y="${y(passes)}" dominant-baseline="middle" font-size="11" fill="currentColor">${short(nameOf(cell), 34)}</text>`,
  )
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Pass rate against tokens per trial" width="100%">${axis}${ticks}<text x="60" y="${height - 2}" font-size="11" fill="currentColor" fill-opacity=".7">all tokens of a trial</text>${points}</svg>`
}

export function nameOf({ model, exposure }: { readonly model: string; readonly exposure: string }): string {
  return `${model} × ${exposure}`
}

function short(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
