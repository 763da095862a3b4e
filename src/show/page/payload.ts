import { isJsonObject, type Json, readJson } from '../../domain/json.ts'
import { redaction } from '../../forensics/redactions.ts'
import { count } from '../quantities.ts'
import { Html, html } from './html.ts'

/** Characters of a payload that a page shows; more makes it heavy, and is in the JSON. */
const longest = 20_000
/** What is no longer than this is seen at once; the rest is folded. */
const shortest = { characters: 700, lines: 12 }
/** Characters that stand in a line with their label. */
const oneLine = 100

/** A body, as people read it: JSON indented, the texts of a tool's result as they were; folded where it is long. */
export function payload(label: string, recorded: string): Html | null {
  if (recorded === '') return null
  const text = readable(recorded)
  if (text.length <= oneLine && !text.includes('\n'))
    return html`<p class="said"><span class="quiet">${label}</span> <code>${marked(text)}</code></p>`
  const lines = text.split('\n').length
  const isShort = text.length <= shortest.characters && lines <= shortest.lines
  const shown = text.slice(0, longest)
  const rest = text.length - shown.length
  const note =
    rest > 0 ? html`<p class="quiet">… ${count(rest, 'more character')}; --json has all of it.</p>` : null
  // Of indented text, how many characters it has says nothing of what was recorded.
  const much = lines > 1 ? count(lines, 'line') : count(text.length, 'character')
  const size = html`<span class="quiet">${much}</span>`
  return html`<details${isShort ? new Html(' open') : null}><summary>${label} ${size}</summary><pre>${marked(shown)}</pre>${note}</details>`
}

/** Text with what was taken out of it marked. */
export function marked(text: string): readonly Html[] {
  const pieces: Html[] = []
  let from = 0
  for (const match of text.matchAll(redaction)) {
    pieces.push(html`${text.slice(from, match.index)}<mark>${match[0]}</mark>`)
    from = match.index + match[0].length
  }
  return [...pieces, html`${text.slice(from)}`]
}

function readable(recorded: string): string {
  const value = readJson(recorded)
  if (value === undefined || value === null || typeof value !== 'object') return recorded
  const short = JSON.stringify(value)
  const content = isJsonObject(value) ? contentOf(value) : null
  return content ?? (short.length <= oneLine ? short : JSON.stringify(value, null, 2))
}

/** The texts of a tool's result, where it holds nothing else. */
function contentOf({ content, isError: _, ...others }: Readonly<Record<string, Json>>): string | null {
  if (!Array.isArray(content) || content.length === 0) return null
  const texts = content.flatMap((block: Json) =>
    isJsonObject(block) && block.type === 'text' && typeof block.text === 'string' ? [block.text] : [],
  )
  if (texts.length < content.length) return null
  const { structuredContent, ...rest } = others
  const isSaid = structuredContent === undefined || isSaidBy(texts, structuredContent)
  const structured = isSaid ? [] : [JSON.stringify(structuredContent, null, 2)]
  return Object.keys(rest).length > 0 ? null : [...texts, ...structured].join('\n')
}

/** Servers repeat their text as data, as JSON or as the one member of an object. */
function isSaidBy(texts: readonly string[], structured: Json): boolean {
  const text = texts.join('\n')
  if (JSON.stringify(readJson(text)) === JSON.stringify(structured)) return true
  const [only, ...others] = isJsonObject(structured) ? Object.values(structured) : []
  return only === text && others.length === 0
}
