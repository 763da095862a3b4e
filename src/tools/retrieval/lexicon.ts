import { englishDomains } from './english/every-domain.ts'
import { englishNouns } from './english/nouns.ts'
import { englishVerbs } from './english/verbs.ts'
import { fold, stem } from './terms.ts'
import { functionWordsOfLanguages, wordsOfLanguages } from './words-of-languages.ts'

/** A word of the tool world that a word or phrase of a prompt may stand for; `weight` from 0 to 1. */
export interface Meaning {
  readonly term: string
  readonly weight: number
}

/** A phrase by its stems; after `gapAfter` of them other words may stand. */
export interface Phrase {
  readonly stems: readonly string[]
  readonly gapAfter: number | null
  readonly meanings: readonly Meaning[]
}

export interface Lexicon {
  readonly words: ReadonlyMap<string, readonly Meaning[]>
  /** By their first stem, the longest first. */
  readonly phrases: ReadonlyMap<string, readonly Phrase[]>
  /** By `foreignRoot`, the words of other languages. */
  readonly foreign: ReadonlyMap<string, readonly Meaning[]>
  /** Words of languages that are written without spaces, by their first character, the longest first. */
  readonly unspaced: ReadonlyMap<string, readonly (readonly [word: string, meanings: readonly Meaning[]])[]>
  readonly foreignFunctionWords: ReadonlySet<string>
}

/** How much a tool word, an everyday word and a phrase count for the words of their line. */
const lexiconWeights = { verb: 0.45, noun: 0.3, everyday: 0.55, phrase: 0.9, foreign: 0.55 }

const unspacedScript =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u

let lexicon: Lexicon | null = null

/** Read on first use, once. */
export function loadLexicon(): Lexicon {
  lexicon ??= readLexicon()
  return lexicon
}

function readLexicon(): Lexicon {
  const words = new Map<string, Map<string, number>>()
  const phrases = new Map<string, Phrase[]>()
  for (const [text, among] of [
    [englishVerbs, lexiconWeights.verb],
    [englishNouns, lexiconWeights.noun],
    [englishDomains, 0],
  ] as const) {
    for (const { targets, triggers } of lines(text, ':')) {
      for (const from of targets) learn(words, from, targets, among)
      for (const trigger of triggers) {
        if (!/[_~]/.test(trigger)) learn(words, stem(trigger), targets, lexiconWeights.everyday)
        else addPhrase(phrases, trigger, targets)
      }
    }
  }
  for (const list of phrases.values()) list.sort((a, b) => b.stems.length - a.stems.length)
  return { words: frozen(words), phrases, ...readForeign() }
}

function readForeign(): Pick<Lexicon, 'foreign' | 'unspaced' | 'foreignFunctionWords'> {
  const foreign = new Map<string, Map<string, number>>()
  const joined = new Map<string, Map<string, number>>()
  for (const { targets, triggers } of lines(wordsOfLanguages, '|')) {
    for (const trigger of triggers) {
      const isUnspaced = unspacedScript.test(trigger)
      learn(
        isUnspaced ? joined : foreign,
        isUnspaced ? trigger : foreignRoot(trigger),
        targets,
        lexiconWeights.foreign,
      )
    }
  }
  const unspaced = new Map<string, [string, readonly Meaning[]][]>()
  for (const [word, meanings] of frozen(joined)) {
    const first = [...word][0] ?? ''
    unspaced.set(first, [...(unspaced.get(first) ?? []), [word, meanings]])
  }
  for (const list of unspaced.values()) list.sort((a, b) => b[0].length - a[0].length)
  const functionWords = fold(functionWordsOfLanguages).split(/\s+/).filter(Boolean)
  return { foreign: frozen(foreign), unspaced, foreignFunctionWords: new Set(functionWords) }
}

function lines(text: string, separator: string) {
  return text
    .split('\n')
    .filter((line) => line.includes(separator))
    .map((line) => {
      const at = line.indexOf(separator)
      const parts = (side: string) => fold(side).split(/\s+/).filter(Boolean)
      return {
        targets: [...new Set(parts(line.slice(0, at)).map(stem))],
        triggers: parts(line.slice(at + separator.length)),
      }
    })
}

function learn(
  into: Map<string, Map<string, number>>,
  from: string,
  targets: readonly string[],
  weight: number,
): void {
  const known = into.get(from) ?? new Map<string, number>()
  if (weight === 0) return
  for (const target of targets)
    if (target !== from) known.set(target, Math.max(weight, known.get(target) ?? 0))
  into.set(from, known)
}

/** What stands in several lines means what all of them say. */
function addPhrase(phrases: Map<string, Phrase[]>, trigger: string, targets: readonly string[]): void {
  const before = trigger.split('~')[0] ?? ''
  const gapAfter = before === trigger ? null : before.split('_').length
  const stems = trigger.split(/[_~]/).map(stem)
  const meanings = targets.map((term) => ({ term, weight: lexiconWeights.phrase }))
  const first = stems[0] ?? ''
  const others = phrases.get(first) ?? []
  const isSame = (other: Phrase) => other.gapAfter === gapAfter && other.stems.join(' ') === stems.join(' ')
  const known = others.find(isSame)?.meanings ?? []
  const added = meanings.filter(({ term }) => known.every((meaning) => meaning.term !== term))
  const phrase = { stems, gapAfter, meanings: [...known, ...added] }
  phrases.set(first, [...others.filter((other) => !isSame(other)), phrase])
}

function frozen(learned: ReadonlyMap<string, ReadonlyMap<string, number>>): Map<string, readonly Meaning[]> {
  return new Map(
    [...learned].map(([from, to]) => [from, [...to].map(([term, weight]) => ({ term, weight }))]),
  )
}

const endings =
  /(?:ungen|ung|ando|endo|ons|ez|ent|en|er|es|em|et|st|os|as|ar|ir|ami|ями|ами|ого|ему|ому|ов|ей|ый|ий|ая|ую|ое|ать|ить|еть|e|n|s|t|a|o|i|r|и|ы|а|я|у|ю|е|о|й|ь)$/u

/** What is left of a folded word without the ending of its form; at least three letters. */
export function foreignRoot(word: string): string {
  const root = word.replace(endings, '')
  return root.length >= 3 ? root : word
}
