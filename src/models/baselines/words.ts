import { functionWords, references } from './english.ts'

/** `readTextFiles`, `read_text_file` and `Read text files` are the same words: parted, in lower case, without plural. */
export function words(text: string): readonly string[] {
  return parted(text).map(singular)
}

/** The words that say what a text is about, each as often as it stands there. */
export function contentWords(text: string): readonly string[] {
  return parted(text)
    .filter((word) => !functionWords.has(word))
    .map(singular)
}

function parted(text: string): readonly string[] {
  const spaced = text.replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
  return spaced.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}

/** A text that says "it" or "the result" speaks of what came before. */
export function refersBack(text: string): boolean {
  return text.match(/\p{L}+/gu)?.some((word) => references.has(word.toLowerCase())) ?? false
}

/** The S-stemmer (Harman, "How effective is suffixing?", 1991), with sibilant plurals (`searches`, `boxes`) added. */
function singular(word: string): string {
  if (word.length < 4 || /(?:us|ss|is)$/.test(word)) return word
  if (/[^ea]ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/(?:ch|sh|ss|x)es$/.test(word)) return word.slice(0, -2)
  return word.endsWith('s') ? word.slice(0, -1) : word
}
