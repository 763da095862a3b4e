import type { FieldWeights } from './term-index.ts'

export interface RankingWeights {
  readonly fields: FieldWeights
  /** How the options of one term add up: 1 is their sum, a large number the best alone. */
  readonly optionNorm: number
  /** How much of the weight of long texts stays for a word that only stands for another. */
  readonly meaningsInTexts: number
  /** Of the share of a tool's name that a prompt names. */
  readonly nameCoverage: number
  /** Of the words of a tool's whole server. */
  readonly server: number
  /** What is left of the tools of other servers, where one is named. */
  readonly unnamed: number
  /** Of taking what the prompt holds: an address, a path, a date. */
  readonly shape: number
  /** Of doing what the prompt asks to be done. */
  readonly action: number
  /** What is left of a tool that calls itself deprecated. */
  readonly deprecated: number
  /** What a question leaves of a tool that changes something. */
  readonly writes: number
  /** Of the whole prompt, beside one of its clauses. */
  readonly whole: number
  /** A clause whose best tool has less than this share of the best of any clause is no wish of its own. */
  readonly leastClause: number
}

/** Found by coordinate ascent on the tuning half of bench/retrieval/queries.jsonl and other-queries.jsonl. */
export const rankingWeights: RankingWeights = {
  fields: {
    name: 4,
    serverName: 1.5,
    summary: 2,
    description: 0.5,
    parameterNames: 1,
    parameterTexts: 0.25,
  },
  optionNorm: 3,
  meaningsInTexts: 0.25,
  nameCoverage: 1,
  server: 0.5,
  unnamed: 0.7,
  shape: 0.8,
  action: 0.25,
  deprecated: 0.6,
  writes: 0.8,
  whole: 0.5,
  leastClause: 0.3,
}
