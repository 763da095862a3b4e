import { functionWords, requestVerbs } from './english.ts'

const kinds = ['url', 'email', 'date', 'time', 'path', 'number', 'name'] as const

export type MentionKind = (typeof kinds)[number] | 'text'

/** Something that a text names and that an argument may be. `at` and `end` are offsets, quotes included. */
export interface Mention {
  readonly text: string
  /** Of what stands between the quotes, if it is quoted. */
  readonly kind: MentionKind
  /** Set off from the sentence, by quotes or by `called`. */
  readonly isQuoted: boolean
  readonly at: number
  readonly end: number
}

const capitalised = String.raw`\p{Lu}[\p{L}\p{N}’\-]*(?: \p{Lu}[\p{L}\p{N}’\-]*)*`
const dayNames = '[Mm]on|[Tt]ues|[Ww]ednes|[Tt]hurs|[Ff]ri|[Ss]atur|[Ss]un'

/** In the order in which they are tried. Repetitions before a needed character are bounded, so that time stays linear. */
const shapes = {
  quoted: String.raw`"[^"\n]+"|“[^”\n]+”|\x60[^\x60\n]+\x60|['‘][^'’\n]+['’](?![\p{L}\p{N}])`,
  url: String.raw`[a-z][a-z\d+.\-]{1,31}:\/\/[^\s"'<>\x60]{0,2000}[^\s"'<>\x60.,;:!?)\]]`,
  email: String.raw`[\w.+\-]{1,64}@[\w\-]+(?:\.[\w\-]+)+`,
  date: String.raw`\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+\-]\d\d:?\d\d)?)?|(?:[Tt]oday|[Tt]omorrow|[Yy]esterday|(?:[Nn]ext )?(?:${dayNames})day)\b`,
  time: String.raw`\d{1,2}:\d\d(?::\d\d)?(?:\s?[ap]m)?|\d{1,2}\s?[ap]m\b`,
  // Something with a slash, or with an extension.
  path: String.raw`[\w@.~*\-]{0,255}\/(?:[\w@.~*\/\-]*[\w*\/])?|(?!(?:e\.g|i\.e|[ap]\.m)\b)(?:[\w*\-]{1,255}(?:\.[\w*\-]+)*)?\.[A-Za-z]\w{0,9}\b`,
  number: String.raw`-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w\/:]|\.\w)`,
  called: String.raw`(?<=\b(?:called|named|titled) )(?!(?:the|an?|after|for|by|from|in|to) )(?:${capitalised}|[\p{L}\p{N}_\-]+)`,
  // Identifiers (`evt_42`, `ABC-12`) and capitalised words.
  name: String.raw`[\p{L}\p{N}]+(?:_[\p{L}\p{N}]+)+|\p{L}[\p{L}\p{N}]*-\d+|${capitalised}`,
}

const groups = Object.entries(shapes).map(([shape, source]) => `(?<${shape}>${source})`)
const anyMention = new RegExp(String.raw`(?<![\p{L}\p{N}_.])(?:${groups.join('|')})`, 'gu')

/** All that a text names, in order, none within another. */
export function findMentions(text: string): readonly Mention[] {
  return [...text.matchAll(anyMention)].flatMap(({ groups = {}, index, 0: matched }): Mention[] => {
    const end = index + matched.length
    if (groups.quoted) return [{ ...readLiteral(matched.slice(1, -1)), isQuoted: true, at: index, end }]
    if (groups.called) return [{ ...readLiteral(matched), isQuoted: true, at: index, end }]
    const name = groups.name ? withoutOpening(matched, text.slice(0, index)) : matched
    const kind = kinds.find((kind) => groups[kind])
    return kind && name ? [{ text: name, kind, isQuoted: false, at: end - name.length, end }] : []
  })
}

export function isTime({ kind }: Mention): boolean {
  return kind === 'date' || kind === 'time'
}

/** The text with every character of a literal (quoted, a path, an address) replaced: punctuation there ends nothing. */
export function maskLiterals(text: string): string {
  const literals = findMentions(text).filter(({ kind, isQuoted }) => isQuoted || kind !== 'name')
  return replaceMentions(text, literals, ({ at, end }) => '0'.repeat(end - at))
}

export function replaceMentions(
  text: string,
  mentions: readonly Mention[],
  replacement: (mention: Mention) => string,
): string {
  const starts = [0, ...mentions.map(({ end }) => end)]
  const parts = mentions.map((mention, index) => text.slice(starts[index], mention.at) + replacement(mention))
  return parts.join('') + text.slice(starts.at(-1))
}

function readLiteral(text: string): { text: string; kind: MentionKind } {
  const [only] = findMentions(text)
  const isWhole = only && !only.isQuoted && only.at === 0 && only.end === text.length
  return { text, kind: isWhole ? only.kind : 'text' }
}

/** A sentence begins with a capital too: one word there is no name, nor is a verb or a function word in front of one. */
function withoutOpening(name: string, before: string): string {
  const parts = name.split(' ')
  const isWord = /^\p{Lu}\p{Ll}*$/u.test(name)
  if (isWord && /(?:^|[.!?])$/.test(before.trimEnd())) return ''
  const first = parts.findIndex((part) => !isOpening(part.toLowerCase()))
  return first < 0 ? '' : parts.slice(first).join(' ')
}

function isOpening(word: string): boolean {
  return functionWords.has(word) || requestVerbs.has(word)
}
