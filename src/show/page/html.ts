import { escapeText } from '../escape.ts'

/** Markup that is whole and safe as it stands. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

type Piece = Html | string | number | null | readonly Piece[]

/** A template in which every text is escaped, those of attributes too (in quotes); null and an empty list are nothing. */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return new Html(
    strings.reduce((markup, text, index) => markup + markupOf(pieces[index - 1] ?? null) + text, ''),
  )
}

function markupOf(piece: Piece): string {
  if (piece === null) return ''
  if (piece instanceof Html) return piece.markup
  if (typeof piece === 'number') return String(piece)
  return typeof piece === 'string' ? escapeMarkup(piece) : piece.map(markupOf).join('')
}

const characters: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** What a terminal would act on comes out visible here too: writing that is turned around deceives on a page as well. */
function escapeMarkup(text: string): string {
  return escapeText(text, { multiline: true }).replace(/[&<>"']/g, (character) => characters[character] ?? '')
}
