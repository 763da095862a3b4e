import { foreignRoot, loadLexicon } from './lexicon.ts'
import { fold, stem } from './terms.ts'

/** A longer prompt is a document rather than a list of wishes. */
const mostClauses = 8

const marks = /(?<=[.!?。！？;；])(?:\s+|(?<=[。！？；]))|\n+\s*(?:\d+[.)]\s+|[-*•]\s+)?/u
const sequels =
  /,?\s+(?:and\s+|und\s+|et\s+|y\s+|e\s+)?(?:then|afterwards?|after\s+that|danach|anschließend|dann|puis|ensuite|luego|después|depois|poi|daarna|potem|затем|потом)\b,?\s*|(?<=[、，])(?=然后|再|そして|それから)/iu
const joints = /(,\s+(?:and|but|or|und|et|y|e|en|и)\s+|,\s+|\s+(?:and|but|und|et|y|e|en|и)\s+)/iu

/**
 * The wishes of a prompt, in order: parted at sentences, at words of sequence, and at a comma or "and" that a verb or
 * a question follows. A prompt of one wish is one clause.
 */
export function splitClauses(prompt: string): readonly string[] {
  const sentences = maskQuotes(prompt)
    .split(marks)
    .flatMap((part) => part.split(sequels))
  const clauses = sentences.flatMap(splitAtJoints).map((clause) => clause.trim())
  const meant = clauses.filter((clause) => /[\p{L}]{2}/u.test(clause)).map((clause) => unmaskQuotes(clause))
  return meant.length > 0 ? meant.slice(0, mostClauses) : [prompt]
}

function splitAtJoints(sentence: string): readonly string[] {
  const clauses: string[] = []
  const [first = '', ...rest] = sentence.split(joints)
  let clause = first
  for (let at = 0; at < rest.length; at += 2) {
    const joint = rest[at] ?? ''
    const next = rest[at + 1] ?? ''
    if (beginsWish(next)) {
      clauses.push(clause)
      clause = next
    } else clause += joint + next
  }
  return [...clauses, clause]
}

const beginnings = new Set(
  'what which who where when why how whether tell show give let also if please'.split(' '),
)

/** Everyday and foreign verbs are known by the lexicon: what stands for a verb of tools is one. */
function beginsWish(text: string): boolean {
  const words = fold(text).match(/[\p{L}'-]+/gu) ?? []
  const [first = ''] = words
  if (beginnings.has(first) && words.length > 2) return true
  return words.length > 1 && isVerb(first)
}

const verbs = new Set(
  `add answer append apply approve archive assign attach book build buy call cancel change check clean clear click clone close combine comment
  commit compare compile convert copy count create cut delete deploy describe disable download draft drag draw drop edit
  email enable enter execute export extract fetch fill filter find fix follow fork format forward generate get give go
  grab import insert inspect install invite join label leave like list load locate lock log look mail make mark measure
  merge message move mute name navigate notify open order pay pin play plan post press print publish pull push put query
  read record refund reject remind remove rename reopen repeat replace reply report request reschedule reserve reset resize
  resolve respond restart restore retrieve return revert review rotate run save say scale scan schedule scroll search see
  select send set share show sign skip sort split stage star start stop store submit subscribe summarise summarize switch
  sync tag take tell test track transfer translate trigger try turn type undo uninstall unlock update upgrade upload use
  validate verify view visit wait watch write`
    .split(/\s+/)
    .map(stem),
)

function isVerb(word: string): boolean {
  if (verbs.has(stem(word))) return true
  const meanings = loadLexicon().foreign.get(foreignRoot(word)) ?? []
  return meanings.some(({ term }) => verbs.has(term))
}

const masked = { from: ' .,;!?:\n', to: '\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007' }

/** What is quoted is never parted; nor is the dot of a file name or address, which no blank follows. */
function maskQuotes(text: string): string {
  return text.replace(/"[^"]*"|“[^”]*”|«[^»]*»/g, (quote) => swap(quote, masked.from, masked.to))
}

function unmaskQuotes(text: string): string {
  return swap(text, masked.to, masked.from)
}

function swap(text: string, from: string, to: string): string {
  return [...text].map((letter) => to[from.indexOf(letter)] ?? letter).join('')
}
