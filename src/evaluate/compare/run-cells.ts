import type { RunCellRow, RunScoreRow } from '../../store/queries.ts'
import { groupBy } from '../group-by.ts'
import type { Passes } from '../statistics/repeated-trials.ts'

/** All planned repetitions of a case in one cell. Infrastructure errors are in their own number alone. */
export interface RunCase extends Passes {
  readonly suite: string
  readonly id: string
  /** The beginning of its hash. */
  readonly truth: string
  readonly notJudged: number
  readonly infrastructureErrors: number
  readonly modelTurns: number
  /** Of the requests whose definitions were counted, and how many these are. */
  readonly definitionTokens: number
  readonly definitionRequests: number
  /** Of the trials whose tokens are known, and how many these are. */
  readonly totalTokens: number
  readonly tokenTrials: number
}

/** One model × exposure of one run. */
export interface RunCell {
  readonly model: string
  readonly exposure: string
  readonly cases: readonly RunCase[]
  /** Some of the tokens are estimates. */
  readonly isEstimate: boolean
  /** Means by grader. */
  readonly scores: ReadonlyMap<string, number>
}

export function runCells(rows: readonly RunCellRow[], scores: readonly RunScoreRow[]): readonly RunCell[] {
  return Array.from(groupBy(rows, cellKey).values(), (suites) => {
    const [{ model, exposure } = { model: '', exposure: '' }] = suites
    const found = scores.filter((score) => score.model === model && score.exposure === exposure)
    return {
      model,
      exposure,
      cases: suites.flatMap(casesOf),
      isEstimate: suites.some((suite) => suite.is_estimate),
      scores: new Map(found.map(({ grader, value }) => [grader, value])),
    }
  })
}

export function cellKey({ model, exposure }: Pick<RunCell, 'model' | 'exposure'>): string {
  return JSON.stringify([model, exposure])
}

type Counted = { -readonly [Key in keyof RunCase]: RunCase[Key] }

/** The trials of a case follow each other. */
function casesOf(row: RunCellRow): readonly RunCase[] {
  const cases: Counted[] = []
  let last: Counted | undefined
  for (const [index, id] of row.cases.entries()) {
    const truth = row.truths[index] ?? ''
    if (last?.id !== id || last.truth !== truth) {
      last = withoutTrials(row.suite, id, truth)
      cases.push(last)
    }
    countTrial(last, row, index)
  }
  return cases
}

/** One literal, without a spread: there may be a hundred thousand. */
function withoutTrials(suite: string, id: string, truth: string): Counted {
  return {
    suite,
    id,
    truth,
    passed: 0,
    n: 0,
    notJudged: 0,
    infrastructureErrors: 0,
    modelTurns: 0,
    definitionTokens: 0,
    definitionRequests: 0,
    totalTokens: 0,
    tokenTrials: 0,
  }
}

function countTrial(counted: Counted, row: RunCellRow, index: number): void {
  const outcome = row.outcomes[index]
  const turns = row.model_turns[index] ?? 0
  const definitions = row.definition_tokens[index] ?? null
  const tokens = row.total_tokens[index] ?? null
  if (outcome === 'infrastructure') {
    counted.infrastructureErrors += 1
    return
  }
  if (outcome === 'not judged') counted.notJudged += 1
  else counted.n += 1
  if (outcome === 'passed') counted.passed += 1
  counted.modelTurns += turns
  if (definitions !== null) {
    counted.definitionTokens += definitions * turns
    counted.definitionRequests += turns
  }
  if (tokens !== null) {
    counted.totalTokens += tokens
    counted.tokenTrials += 1
  }
}
