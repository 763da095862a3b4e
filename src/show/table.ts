import { textWidth } from './text-width.ts'

export interface Column {
  /** Where it may be broken, to save width, is a line break; else that is a space. */
  readonly head: string
  /** Numbers stand right. */
  readonly align?: 'left' | 'right'
  /** May be cut where the line would be too long; at most one column. */
  readonly isFlexible?: boolean
}

/**
 * Text, or text of which the end says as much as the beginning: where it is too long, it is cut in the middle. What stands
 * before it as its `head` stays whole where there is room for some of the text beside it.
 */
export type Cell = string | { readonly head?: string; readonly text: string; readonly keepsEnd: true }

export interface Table {
  readonly heading: readonly string[]
  /** A line each. */
  readonly rows: readonly string[]
}

/**
 * Aligned cells in lines no wider than `width` (in terminal columns): where they would be, heads are broken and columns
 * stand closer, then the flexible column is cut. Without one, a table that is still too wide stays so.
 */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): Table {
  const heads = columns.map(({ head }) => head)
  const wide = align(columns, [heads.map((head) => head.replace('\n', ' '))], rows, { width, gap: 2 })
  if (wide.total <= width) return wide.table
  const upper = heads.map((head) => (head.includes('\n') ? head.replace(/\n.*/, '') : ''))
  const lower = heads.map((head) => head.replace(/.*\n/, ''))
  const isBroken = upper.some((head) => head !== '')
  return align(columns, isBroken ? [upper, lower] : [lower], rows, { width, gap: isBroken ? 1 : 2 }).table
}

function align(
  columns: readonly Column[],
  heading: readonly (readonly string[])[],
  rows: readonly (readonly Cell[])[],
  { width, gap }: { readonly width: number; readonly gap: number },
): { readonly table: Table; readonly total: number } {
  const lines: readonly (readonly Cell[])[] = [...heading, ...rows]
  const natural = columns.map((_, index) =>
    Math.max(...lines.map((line) => textWidth(textOf(line[index] ?? '')))),
  )
  const total = natural.reduce((sum, each) => sum + each + gap, -gap)
  const widths = natural.map((each, index) =>
    columns[index]?.isFlexible ? Math.max(Math.min(12, each), each - Math.max(0, total - width)) : each,
  )
  const render = (line: readonly Cell[]) =>
    columns
      .map(({ align }, index) => {
        const size = widths[index] ?? 0
        const cell = fitted(line[index] ?? '', size)
        const space = ' '.repeat(Math.max(0, size - textWidth(cell)))
        return align === 'right' ? space + cell : cell + space
      })
      .join(' '.repeat(gap))
      .trimEnd()
  return { table: { heading: heading.map(render), rows: rows.map(render) }, total }
}

const headOf = (cell: Exclude<Cell, string>) => (cell.head === undefined ? '' : `${cell.head} `)

const textOf = (cell: Cell) => (typeof cell === 'string' ? cell : headOf(cell) + cell.text)

const leastText = 12

function fitted(cell: Cell, width: number): string {
  if (typeof cell === 'string') return cut(cell, width)
  const room = width - textWidth(headOf(cell))
  return room < leastText ? cutMiddle(textOf(cell), width) : headOf(cell) + cutMiddle(cell.text, room)
}

/** Pieces in as many lines as they need, none of them cut in two; the first line begins with `label`, the rest below it. */
export function wrap(
  pieces: readonly string[],
  width: number,
  { label = '', between = ' ' }: { readonly label?: string; readonly between?: string } = {},
): readonly string[] {
  const lines: string[] = []
  for (const piece of pieces) {
    const line = lines.at(-1)
    const joined = `${line}${between}${piece}`
    if (line !== undefined && textWidth(joined) <= width) lines[lines.length - 1] = joined
    else lines.push((line === undefined ? label : ' '.repeat(label.length)) + piece)
  }
  return lines
}

/** All of it, in lines of at most `width` terminal columns; those after the first stand two further in than it does. */
export function fold(text: string, width: number): readonly string[] {
  if (textWidth(text) <= width) return [text]
  const indent = `${/^ */.exec(text)?.[0] ?? ''}  `
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const size = textWidth(segment)
    if (used + size > width) {
      // At a space, where there is one in the last part of the line.
      const space = line.lastIndexOf(' ')
      const end = space > line.length / 2 ? space + 1 : line.length
      lines.push(line.slice(0, end).trimEnd())
      line = `${indent}${line.slice(end)}`
      used = textWidth(line)
    }
    line += segment
    used += size
  }
  return [...lines, line]
}

/** At most `width` terminal columns, with `…` where something was left out. */
export function cut(text: string, width: number): string {
  // A body may be megabytes, and no more of it is looked at than can be shown.
  if (text.length <= 20 * width && textWidth(text) <= width) return text
  let short = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment)
    if (used > width) break
    short += segment
  }
  return `${short.trimEnd()}…`
}

/** The same, with as much of the end as of the beginning. */
function cutMiddle(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  const segments = Array.from(graphemes.segment(text), ({ segment }) => segment)
  let [end, used] = ['', 0]
  while (segments.length > 0 && used + textWidth(segments.at(-1) ?? '') < width / 2) {
    const last = segments.pop() ?? ''
    end = last + end
    used += textWidth(last)
  }
  return cut(text, width - used) + end
}

const graphemes = new Intl.Segmenter()
