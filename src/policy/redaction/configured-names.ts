import { assignmentSign, locateAssignment } from './assignment.ts'
import { edge } from './detectors.ts'
import { anyCase } from './key-names.ts'
import type { Span } from './span.ts'

/** A user's names of secrets, in any case, their words separated or not. */
export interface ConfiguredNames {
  /** Whether one may stand in the text, raw JSON included. */
  test(text: string): boolean
  /** The kind of a value under this name: `patient_ssn` and `patientSsn` are an `ssn`, `lessn` is none. */
  kindOf(name: string): string | null
  /** The values that follow such a name in free text. */
  find(text: string): readonly Span[]
}

/** Where a word begins in `patientSsn`. */
const newWord = '(?<=[a-z0-9])(?=[A-Z])'

export function configuredNames(names: readonly string[]): ConfiguredNames | null {
  if (names.length === 0) return null
  const words = names.map(wordsOf)
  const sources = words.map((each) => each.map(anyCase).join('[-_. ]?'))
  const kinds = words.map((each) => each.join('-').slice(0, 32))
  const any = new RegExp(sources.join('|'))
  const kindBy = (last: readonly RegExp[]) => (name: string) =>
    kinds[last.findIndex((pattern) => pattern.test(name.slice(-128)))] ?? null
  const kindOf = kindBy(sources.map((source) => new RegExp(`(?:^|[-_. ]|${newWord})${source}$`)))
  const kindAtEnd = kindBy(sources.map((source) => new RegExp(`${source}$`)))
  const assigned = new RegExp(`(?:${edge}|${newWord})(?:${sources.join('|')})${assignmentSign}`, 'g')
  return {
    test: (text) => any.test(text),
    kindOf,
    find: (text) =>
      [...text.matchAll(assigned)].flatMap(({ index, 0: match }) =>
        locateAssignment(text, index, index + match.length, kindAtEnd),
      ),
  }
}

/** `taxId`, `tax-id` and `TAX ID` are two words. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/(?<=[a-z0-9])(?=[A-Z])/g, ' ')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}
