import type { Cell } from '../../evaluate/cell.ts'
import { type Html, html } from '../page/html.ts'
import { amount, percent, rate } from '../quantities.ts'

const shares = [0, 0.25, 0.5, 0.75, 1]

/** Pass rates with their 95 % intervals, a line for each cell: as wide as there is room, its letters always of one size. */
export function intervalChart(cells: readonly Cell[]): Html {
  const grid = shares.map(
    (share) =>
      html`<line x1="${x(share)}" x2="${x(share)}" y1="0" y2="100%" stroke="currentColor" stroke-opacity=".15"/>`,
  )
  const rows = cells.map(
    (cell) =>
      html`<div>${nameOf(cell)}</div><svg role="img" aria-label="${rate(cell.passRate, { isPadded: false })}">${grid}${interval(cell)}</svg>`,
  )
  const axis = shares.map((share) => label(x(share), 14, percent(share), 'middle'))
  return html`<div class="intervals">${rows}<div></div><svg aria-hidden="true">${axis}</svg></div>`
}

function interval({ passRate, ...cell }: Cell): Html | null {
  if (!passRate) return null
  return html`<line x1="${x(passRate.low)}" x2="${x(passRate.high)}" y1="50%" y2="50%" stroke="currentColor" stroke-opacity=".45" stroke-width="4"/><circle cx="${x(passRate.rate)}" cy="50%" r="5" fill="currentColor"><title>${nameOf(cell)}: ${rate(passRate, { isPadded: false })}</title></circle>`
}

function x(share: number): string {
  return percent(share, 1).replace(' ', '')
}

interface Point {
  readonly number: number
  readonly name: string
  readonly x: number
  readonly y: number
}

const chart = { left: 46, right: 486, top: 30, bottom: 254, width: 520, height: 300 }

/** What a cell costs in tokens, and what it passes: up and to the left is better. Null where no tokens are known. */
export function priceChart(cells: readonly Cell[]): Html | null {
  const known = cells.flatMap(({ passRate, totalTokens, model, exposure }) =>
    passRate && totalTokens !== null ? [{ passRate, totalTokens, name: nameOf({ model, exposure }) }] : [],
  )
  if (known.length < 2) return null
  const ticks = ticksUpTo(Math.max(...known.map(({ totalTokens }) => totalTokens)))
  const across = (tokens: number) => chart.left + (tokens / (ticks.at(-1) ?? 1)) * (chart.right - chart.left)
  const y = (passes: number) => chart.bottom - passes * (chart.bottom - chart.top)
  const points = known.map(({ name, totalTokens, passRate }, index): Point => {
    return { number: index + 1, name, x: across(totalTokens), y: y(passRate.rate) }
  })
  const lines = shares.map(
    (share) =>
      html`<line x1="${chart.left}" x2="${chart.right}" y1="${y(share)}" y2="${y(share)}" stroke="currentColor" stroke-opacity=".15"/>${label(chart.left - 8, y(share) + 4, percent(share), 'end')}`,
  )
  const axis = ticks.map((tokens) => label(across(tokens), chart.bottom + 18, amount(tokens), 'middle'))
  const titles = html`${label(chart.left, 12, 'pass rate', 'start')}${label(chart.right, chart.bottom + 38, 'all tokens of a trial', 'end')}`
  const plot = html`<svg viewBox="0 0 ${chart.width} ${chart.height}" role="img" aria-label="Pass rate against tokens per trial">${lines}${axis}${titles}${points.map(mark)}${numbersOf(together(points))}</svg>`
  return html`<div class="plot">${plot}<ol>${points.map(({ name }) => html`<li>${name}</li>`)}</ol></div>`
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
/** Of `pass rate`, above the axis. */
const titleBox: Box = { left: chart.left, right: chart.left + 9 * characterWidth, top: 0, bottom: lineHeight }

/** Beside each group, to its right above, or where there is room: below, or to its left. */
function numbersOf(groups: readonly (readonly Point[])[]): readonly Html[] {
  const taken: Box[] = [titleBox]
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
