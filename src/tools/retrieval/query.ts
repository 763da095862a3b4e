import { foreignRoot, type Lexicon, loadLexicon, type Meaning, type Phrase } from './lexicon.ts'
import { shapesIn, withoutLiterals, wordsForShape } from './shapes.ts'
import { fold, stem, stopWords } from './terms.ts'

/** One thing that is asked for; a tool that has any of its options has it. */
export interface QueryTerm {
  readonly weight: number
  readonly options: readonly Meaning[]
}

export interface Query {
  readonly terms: readonly QueryTerm[]
  readonly shapes: readonly string[]
  /** Asks what is, and so for a tool that reads. */
  readonly isQuestion: boolean
}

/** What is quoted or stands after a colon is rather an argument than a wish; a word of a phrase is told by the phrase. */
const queryWeights = { quoted: 0.3, afterColon: 0.5, fileEnding: 0.5, inPhrase: 0.5 }

interface Word {
  readonly text: string
  readonly stem: string
  readonly weight: number
}

export function readQuery(text: string): Query {
  const lexicon = loadLexicon()
  const words = wordsOf(withoutLiterals(text))
  const isForeign = seemsForeign(words, lexicon)
  const { terms, within } = phrasesIn(words, lexicon)
  const single = words.flatMap((word, at) => {
    const weight = word.weight * (within.has(at) ? queryWeights.inPhrase : 1)
    return termOf(word, weight, isForeign, lexicon)
  })
  const shapes = shapesIn(text)
  const unspaced = unspacedTerms(fold(text), lexicon)
  return {
    terms: [...terms, ...single, ...unspaced, ...shapes.map(shapeTerm)],
    shapes,
    isQuestion: asks(text, words),
  }
}

function wordsOf(text: string): readonly Word[] {
  const words: Word[] = []
  const colon = /:\s/.exec(text)?.index ?? text.length
  const quoted = [...text.matchAll(/"[^"]+"|“[^”]+”|„[^“”]+[“”]|«[^»]+»|(?<=\s)'[^']+'(?=[\s.,!?]|$)/g)].map(
    (match) => [match.index, match.index + match[0].length] as const,
  )
  for (const match of text.matchAll(/[#.]?[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)) {
    const isQuoted = quoted.some(([at, end]) => match.index > at && match.index < end)
    const ending = /(?<=\s|^)\.(?=\p{L})/u.test(match[0]) ? queryWeights.fileEnding : 1
    const weight = isQuoted ? queryWeights.quoted : match.index > colon ? queryWeights.afterColon : ending
    for (const part of parts(match[0].replace(/^\./, '')))
      words.push({ text: part, stem: stem(part), weight })
  }
  return words
}

/** `e-mail` and `to-do` are looked up as one word and as two; `readFile` as two. */
function parts(word: string): readonly string[] {
  const spaced = /^\p{Ll}+\p{Lu}/u.test(word) ? word.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2') : word
  const folded = fold(spaced)
  return folded.includes('-') ? [folded, ...folded.split('-')] : folded.split(' ')
}

/** Whether more words are known of other languages than of English; a script of its own decides. */
function seemsForeign(words: readonly Word[], lexicon: Lexicon): boolean {
  const { foreignFunctionWords } = lexicon
  const isShared = (text: string) => stopWords.has(text) && foreignFunctionWords.has(text)
  const own = words.filter(({ text }) => !isShared(text))
  const isEnglish = ({ text, stem }: Word) => stopWords.has(text) || lexicon.words.has(stem)
  const isForeign = ({ text }: Word) =>
    foreignFunctionWords.has(text) || lexicon.foreign.has(foreignRoot(text))
  const foreign = own.filter((word) => isForeign(word) && !isEnglish(word)).length
  const english = own.filter((word) => isEnglish(word) && !isForeign(word)).length
  return (
    (foreign > 0 && foreign >= english) || words.some(({ text }) => /[^\p{Script=Latin}\p{N}'-]/u.test(text))
  )
}

const shapeWeight = 0.4

function shapeTerm(shape: string): QueryTerm {
  const options = wordsForShape(shape).map((word) => ({ term: stem(word), weight: 0.99 }))
  return { weight: shapeWeight, options }
}

/** How many words may stand in the gap of a phrase. */
const widestGap = 4

function phrasesIn(words: readonly Word[], { phrases }: Lexicon) {
  const within = new Set<number>()
  const terms: QueryTerm[] = []
  for (let at = 0; at < words.length; at++) {
    for (const phrase of phrases.get(words[at]?.stem ?? '') ?? []) {
      const places = matchPhrase(phrase, words, at)
      if (!places || places.some((place) => within.has(place))) continue
      for (const place of places) within.add(place)
      const weight = Math.min(...places.map((place) => words[place]?.weight ?? 0))
      terms.push({ weight, options: phrase.meanings })
    }
  }
  return { terms, within }
}

function matchPhrase({ stems, gapAfter }: Phrase, words: readonly Word[], start: number): number[] | null {
  const places: number[] = []
  let at = start
  for (const [index, wanted] of stems.entries()) {
    const reach = index === gapAfter ? widestGap : 0
    let skipped = 0
    while (words[at]?.stem !== wanted && skipped < reach) {
      at++
      skipped++
    }
    if (words[at]?.stem !== wanted) return null
    places.push(at++)
  }
  return places
}

function termOf(word: Word, weight: number, isForeign: boolean, lexicon: Lexicon): readonly QueryTerm[] {
  if (/^\d+$/.test(word.text)) return []
  if (isForeign && lexicon.foreignFunctionWords.has(word.text)) return []
  if (stopWords.has(word.text)) return []
  const meanings = new Map([[word.stem, 1]])
  const add = (list: readonly Meaning[] = []) => {
    for (const { term, weight } of list) meanings.set(term, Math.max(weight, meanings.get(term) ?? 0))
  }
  add(lexicon.words.get(word.stem))
  if (isForeign) add(foreignMeanings(word.text, lexicon))
  return [{ weight, options: [...meanings].map(([term, weight]) => ({ term, weight })) }]
}

const shortestPart = 4

/** The word, or the known words that a compound begins and ends with: `Kalendereintrag`. */
function foreignMeanings(word: string, { foreign }: Lexicon): readonly Meaning[] {
  const whole = foreign.get(foreignRoot(word))
  if (whole) return whole
  for (let length = word.length - 1; length >= shortestPart; length--) {
    const head = foreign.get(foreignRoot(word.slice(0, length)))
    const tail = foreign.get(foreignRoot(word.slice(word.length - length)))
    if (head ?? tail) return (head ?? tail ?? []).map(({ term, weight }) => ({ term, weight: weight * 0.8 }))
  }
  return []
}

function unspacedTerms(text: string, { unspaced }: Lexicon): readonly QueryTerm[] {
  const terms: QueryTerm[] = []
  for (let at = 0; at < text.length; ) {
    const found = unspaced.get(text[at] ?? '')?.find(([word]) => text.startsWith(word, at))
    if (found) terms.push({ weight: 1, options: found[1] })
    at += found?.[0].length ?? 1
  }
  return terms
}

const questionWords = new Set(
  'what which who whom whose where when why how is are was were does did am has have'.split(' '),
)

function asks(text: string, words: readonly Word[]): boolean {
  return questionWords.has(words[0]?.text ?? '') || /[?？]\s*$/.test(text)
}
