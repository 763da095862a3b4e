import type { Cell } from '../../evaluate/cell.ts'
import { type Html, html } from '../page/html.ts'
import { amount, percent, rate } from '../quantities.ts'

const width = 860
const rowHeight = 26
const left = 340
const span = width - left - 30

/** Pass rates with their 95 % intervals, a line for each cell. */
export function intervalChart(cells: readonly Cell[]): Html {
  const height = cells.length * rowHeight + 30
  const x = (share: number) => (left + share * span).toFixed(1)
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      html`<line x1="${x(share)}" x2="${x(share)}" y1="4" y2="${height - 24}" stroke="currentColor" stroke-opacity=".15"/>${label(x(share), height - 8, percent(share), 'middle')}`,
  )
  const rows = cells.map((cell, index) => {
    const y = 4 + index * rowHeight + rowHeight / 2
    const name = html`<text x="${left - 14}" y="${y + 4}" text-anchor="end" font-size="12" fill="currentColor">${short(nameOf(cell), 46)}</text>`
    const { passRate } = cell
    if (!passRate) return name
    return html`${name}<line x1="${x(passRate.low)}" x2="${x(passRate.high)}" y1="${y}" y2="${y}" stroke="currentColor" stroke-opacity=".45" stroke-width="4"/><circle cx="${x(passRate.rate)}" cy="${y}" r="5" fill="currentColor"><title>${nameOf(cell)}: ${rate(passRate, { isPadded: false })}</title></circle>`
  })
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="Pass rates with 95 % intervals" width="100%">${grid}${rows}</svg>`
}

interface Point {
  readonly number: number
  readonly name: string
  readonly x: number
  readonly y: number
}

const chart = { left: 60, right: 500, top: 26, bottom: 250 }

/** What a cell costs in tokens, and what it passes: up and to the left is better. Null where no tokens are known. */
export function priceChart(cells: readonly Cell[]): Html | null {
  const known = cells.flatMap(({ passRate, totalTokens, model, exposure }) =>
    passRate && totalTokens !== null ? [{ passRate, totalTokens, name: nameOf({ model, exposure }) }] : [],
  )
  if (known.length < 2) return null
  const ticks = ticksUpTo(Math.max(...known.map(({ totalTokens }) => totalTokens)))
  const x = (tokens: number) => chart.left + (tokens / (ticks.at(-1) ?? 1)) * (chart.right - chart.left)
  const y = (passes: number) => chart.bottom - passes * (chart.bottom - chart.top)
  const points = known.map(({ name, totalTokens, passRate }, index): Point => {
    return { number: index + 1, name, x: x(totalTokens), y: y(passRate.rate) }
  })
  const height = Math.max(chart.bottom + 50, chart.top + known.length * 18 + 10)
  const lines = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      html`<line x1="${chart.left}" x2="${chart.right}" y1="${y(share)}" y2="${y(share)}" stroke="currentColor" stroke-opacity=".15"/>${label(chart.left - 8, y(share) + 4, percent(share), 'end')}`,
  )
  const axis = ticks.map((tokens) => label(x(tokens), chart.bottom + 18, amount(tokens), 'middle'))
  const titles = html`${label(chart.left, 12, 'pass rate', 'start')}${label(chart.right, chart.bottom + 38, 'all tokens of a trial', 'end')}`
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="Pass rate against tokens per trial" width="100%">${lines}${axis}${titles}${points.map(mark)}${numbersOf(together(points))}${points.map(legendLine)}</svg>`
}

/** Points that lie on one another have one label. */
function together(points: readonly Point[]): readonly (readonly Point[])[] {
  const groups: Point[][] = []
  for (const point of points) {
    const near = groups.find(([first]) => first && Math.hypot(first.x - point.x, first.y - point.y) < 16)
    if (near) near.push(point)
    else groups.push([point])
  }
  return groups
}

function mark({ x, y, name }: Point): Html {
  return html`<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5" fill="currentColor" fill-opacity=".8"><title>${name}</title></circle>`
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const characterWidth = 7
const lineHeight = 12

/** Beside each group, to its right above, or where there is room: below, or to its left. */
function numbersOf(groups: readonly (readonly Point[])[]): readonly Html[] {
  const taken: Box[] = []
  return groups.map((points) => {
    const numbers = points.map(({ number }) => number).join(', ')
    const width = numbers.length * characterWidth
    const right = Math.max(...points.map(({ x }) => x)) + 9
    const left = Math.min(...points.map(({ x }) => x)) - 9 - width
    const above = Math.min(...points.map(({ y }) => y)) - 7
    const below = Math.max(...points.map(({ y }) => y)) + 7 + lineHeight
    const places = [right, left].flatMap((x) => [above, below].map((y) => ({ x, y })))
    const boxAt = ({ x, y }: { readonly x: number; readonly y: number }): Box => {
      return { left: x, right: x + width, top: y - lineHeight, bottom: y }
    }
    const place = places.find((each) => !taken.some((box) => overlap(box, boxAt(each)))) ?? {
      x: right,
      y: above,
    }
    taken.push(boxAt(place))
    return html`<text x="${place.x.toFixed(1)}" y="${place.y.toFixed(1)}" font-size="12" fill="currentColor">${numbers}</text>`
  })
}

function overlap(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

function legendLine({ number, name }: Point): Html {
  const y = chart.top + (number - 1) * 18 + 4
  return html`<text x="${chart.right + 50}" y="${y}" text-anchor="end" font-size="12" fill="currentColor">${number}</text><text x="${chart.right + 60}" y="${y}" font-size="12" fill="currentColor">${short(name, 42)}</text>`
}

/** 0 and so many equal steps of 1, 2 or 5 times a power of ten that the last is not below `most`: three to six. */
function ticksUpTo(most: number): readonly number[] {
  const power = 10 ** Math.floor(Math.log10(Math.max(most, 1)))
  const step = [0.2, 0.5, 1, 2].map((times) => times * power).find((each) => most / each <= 5) ?? power
  return Array.from({ length: Math.max(1, Math.ceil(most / step)) + 1 }, (_, index) => index * step)
}

function label(x: number | string, y: number, text: string, anchor: 'start' | 'middle' | 'end'): Html {
  return html`<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="11" fill="currentColor" fill-opacity=".7">${text}</text>`
}

export function nameOf({ model, exposure }: { readonly model: string; readonly exposure: string }): string {
  return `${model} × ${exposure}`
}

function short(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}
