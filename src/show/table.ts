import stringWidth from 'string-width'

export interface Column {
  readonly head: string
  /** Numbers stand right. */
  readonly align?: 'left' | 'right'
  /** May be cut where the line would be too long; at most one column. */
  readonly isFlexible?: boolean
}

const gap = 2

/** Lines of aligned cells; the flexible column is cut so that no line is wider than `width` (in terminal columns). */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const lines = [columns.map(({ head }) => head), ...rows]
  const natural = columns.map((_, index) => Math.max(...lines.map((line) => stringWidth(line[index] ?? ''))))
  const needed = natural.reduce((sum, each) => sum + each + gap, -gap)
  const widths = natural.map((each, index) =>
    columns[index]?.isFlexible ? Math.max(12, each - Math.max(0, needed - width)) : each,
  )
  return lines.map((line) =>
    columns
      .map(({ align }, index) => {
        const size = widths[index] ?? 0
        const cell = cut(line[index] ?? '', size)
        const space = ' '.repeat(Math.max(0, size - stringWidth(cell)))
        return align === 'right' ? space + cell : cell + space
      })
      .join(' '.repeat(gap))
      .trimEnd(),
  )
}

/** At most `width` terminal columns, with `…` where something was left out. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text
  let short = ''
  let used = 1
  for (const { segment } of graphemes.segment(text)) {
    used += stringWidth(segment)
    if (used > width) break
    short += segment
  }
  return `${short.trimEnd()}…`
}

const graphemes = new Intl.Segmenter()
