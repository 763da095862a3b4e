import { stemmer } from 'stemmer'

/** Lower case, without accents; the marks of kana and of Indic scripts are letters there and stay. */
export function fold(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  return plain.replaceAll('ß', 'ss').replaceAll('’', "'").normalize('NFC').toLowerCase()
}

const stems = new Map<string, string>()
const stemsKept = 50_000

/** Porter's stem (1980) of a folded word. */
export function stem(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const made = /^[a-z']+$/.test(word) ? stemmer(word.replace(/'(?:s|re|ve|ll|d|m)?$/, '')) : word
  if (stems.size >= stemsKept) stems.clear()
  stems.set(word, made)
  return made
}

/** The words of a name: `readTextFile`, `read_text_file`, `API-read-text-file` and `HTTPServer` are parted. */
export function nameWords(name: string): readonly string[] {
  const parted = name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
  return fold(parted).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
}

/** The words of prose. `snake_case` and `camelCase` are parted; `GitHub` and `YouTube` are one word each. */
export function proseWords(text: string): readonly string[] {
  const parted = text.replace(/(?<![\p{L}])\p{Ll}+(?:\p{Lu}\p{Ll}+)+/gu, (word) =>
    word.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2'),
  )
  return fold(parted).match(/[\p{L}\p{M}\p{N}]+(?:'[\p{L}]+)?/gu) ?? []
}

/** Closed classes of English and words of politeness: they tell nothing of what is wanted. */
export const stopWords: ReadonlySet<string> = new Set(
  `a an the this that these those there here it its itself they them their he she his her him we us our you your i me
  my mine myself one some any each both whole no not none nor and or but so if then than as when while because also just
  only too very again now first next finally of in on at to from by with without for about into onto over under between
  after before within through per via is are was were be been being am do does did doing done has have had having can
  could will would shall should may might must what which who whom whose where why how please thanks thank hello hi hey
  ok okay yes let lets want wants need needs like would i'm i'd i've i'll it's that's what's don't let's s t d ll re ve m
  up out off down away around together really new-ish thing things stuff something someone somebody anything there's
  called named titled saying says ones use using used tool tools e.g etc`
    .split(/\s+/)
    .filter(Boolean),
)
