import { caseKey, type GradedTrial } from './graded-trial.ts'
import { groupBy } from './group-by.ts'
import { mean, sum } from './statistics/mean.ts'
import { passRate, type Rate } from './statistics/pass-rate.ts'
import { type RepeatedRates, repeatedRates } from './statistics/repeated-rates.ts'
import type { Passes } from './statistics/repeated-trials.ts'

/** One line of the table model × exposure. Null is unknown. Infrastructure errors count in nothing but their own number. */
export interface Cell {
  readonly model: string
  readonly modelKind: string
  readonly exposure: string
  /** Of the trials that passed or failed. */
  readonly passRate: Rate | null
  /** pass@k and pass^k, for each k up to the number of repetitions; empty where there is but one. */
  readonly repeated: readonly RepeatedRates[]
  /** Without infrastructure errors. */
  readonly trials: number
  readonly notJudged: number
  readonly infrastructureErrors: number
  /** Means over the trials that have the score; arguments given the selection. */
  readonly selectionF1: number | null
  readonly argumentAccuracy: number | null
  /** Per model request. */
  readonly definitionTokens: number | null
  /** Per trial. */
  readonly totalTokens: number | null
  readonly totalTokensEstimated: boolean
  /** Per trial, in US dollars; null where that of one is unknown. */
  readonly costUsd: number | null
  /** Share of the definition tokens of `full` that the same model is spared on the same cases; null for `full`. */
  readonly savingVsFull: number | null
  /** Per 100 trials for which policy was asked. */
  readonly violationsPer100: number | null
  /** Mean over the trials in which tools are retrieved. */
  readonly retrievalHit: number | null
  /** Mean share of the expected tools that were called, over the trials in which all of them were found. */
  readonly selectionGivenHit: number | null
  /** Model requests per trial. */
  readonly turns: number | null
  /** How many more that are than with `full`, over the cases that both have, each weighing the same; null for `full`. */
  readonly addedTurns: number | null
}

/** `full`: the trials of the same model with all tools shown, where there are any. */
export function summariseCell(cell: readonly GradedTrial[], full: readonly GradedTrial[] | null): Cell {
  const done = withoutInfrastructure(cell)
  const first = cell[0]?.trial
  const known = (numberOf: (graded: GradedTrial) => number | null) =>
    mean(done.flatMap((graded) => numberOf(graded) ?? []))
  const violations = known(({ trial }) => trial.violations)
  return {
    model: first?.model ?? '',
    modelKind: first?.modelKind ?? '',
    exposure: first?.exposure ?? '',
    passRate: passRate(judgedByCase(done)),
    repeated: repeatedRates(judgedByCase(done), repetitionsOf(cell)),
    trials: done.length,
    notJudged: done.filter(({ trial }) => trial.outcome === 'not judged').length,
    infrastructureErrors: cell.length - done.length,
    selectionF1: known((graded) => scoreOf(graded, 'selection')),
    argumentAccuracy: known((graded) => scoreOf(graded, 'arguments')),
    definitionTokens: tokensPerRequest(done),
    totalTokens: known(({ trial }) => trial.totalTokens),
    totalTokensEstimated: done.some(({ trial }) => trial.totalTokensEstimated === true),
    costUsd: done.every(({ trial }) => typeof trial.costUsd === 'number')
      ? known(({ trial }) => trial.costUsd ?? null)
      : null,
    savingVsFull: full && saving(done, withoutInfrastructure(full)),
    violationsPer100: violations === null ? null : violations * 100,
    retrievalHit: known(({ trial }) => trial.retrievalHit),
    selectionGivenHit: known((graded) => (graded.trial.retrievalHit === 1 ? recallOf(graded) : null)),
    turns: turnsOf(done),
    addedTurns: full && addedTurns(done, withoutInfrastructure(full)),
  }
}

function withoutInfrastructure(trials: readonly GradedTrial[]): readonly GradedTrial[] {
  return trials.filter(({ trial }) => trial.outcome !== 'infrastructure')
}

function repetitionsOf(trials: readonly GradedTrial[]): number {
  return trials.reduce((most, { trial }) => Math.max(most, trial.repetition), 1)
}

function judgedByCase(trials: readonly GradedTrial[]): readonly Passes[] {
  const judged = trials.filter(({ trial: { outcome } }) => outcome === 'passed' || outcome === 'failed')
  return Array.from(groupBy(judged, caseKey).values(), (group) => ({
    passed: group.filter(({ trial }) => trial.outcome === 'passed').length,
    n: group.length,
  }))
}

function scoreOf({ scores }: GradedTrial, grader: string): number | null {
  return scores.find((score) => score.grader === grader)?.value ?? null
}

function recallOf({ scores }: GradedTrial): number | null {
  return scores.find((score) => score.grader === 'selection')?.details.recall ?? null
}

function turnsOf(trials: readonly GradedTrial[]): number | null {
  return mean(trials.map(({ trial }) => trial.modelTurns))
}

function addedTurns(trials: readonly GradedTrial[], full: readonly GradedTrial[]): number | null {
  const fullByCase = groupBy(full, caseKey)
  const added = Array.from(groupBy(trials, caseKey), ([key, group]) => {
    const [here, there] = [turnsOf(group), turnsOf(fullByCase.get(key) ?? [])]
    return here === null || there === null ? [] : [here - there]
  })
  return mean(added.flat())
}

function tokensPerRequest(trials: readonly GradedTrial[]): number | null {
  const { tokens, requests } = definitionsOf(trials)
  return requests === 0 ? null : tokens / requests
}

/** A trial holds its own mean, so it weighs as many as it made requests. */
function definitionsOf(trials: readonly GradedTrial[]) {
  const known = trials.flatMap(({ trial: { definitionTokens: mean, modelTurns: requests } }) =>
    mean === null ? [] : { tokens: mean * requests, requests },
  )
  return {
    tokens: sum(known.map(({ tokens }) => tokens)),
    requests: sum(known.map(({ requests }) => requests)),
  }
}

/**
 * Over the cases that both have: toolsets differ in size, and one may have failed under one exposure only. What the same
 * requests would have shown in full is the measure, so that an exposure with more turns in one case is not credited for it.
 */
function saving(trials: readonly GradedTrial[], full: readonly GradedTrial[]): number | null {
  const fullByCase = groupBy(full, caseKey)
  const pairs = Array.from(groupBy(trials, caseKey), ([key, group]) => {
    const there = tokensPerRequest(fullByCase.get(key) ?? [])
    const { tokens, requests } = definitionsOf(group)
    return there === null ? { tokens: 0, inFull: 0 } : { tokens, inFull: requests * there }
  })
  const inFull = sum(pairs.map((pair) => pair.inFull))
  return inFull === 0 ? null : 1 - sum(pairs.map(({ tokens }) => tokens)) / inFull
}
