import { caseKey, type GradedTrial } from './graded-trial.ts'
import { mean, passRate, type Rate, sum } from './statistics.ts'

/** One line of the table model × exposure. Null is unknown. Infrastructure errors count in nothing but their own number. */
export interface Cell {
  readonly model: string
  readonly modelKind: string
  readonly exposure: string
  /** Of the trials that passed or failed. */
  readonly passRate: Rate | null
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
  /** Share of the definition tokens of `full` that the same model is spared on the same cases; null for `full`. */
  readonly savingVsFull: number | null
  readonly violationsPer100: number | null
  /** Mean over the trials in which tools are retrieved. */
  readonly retrievalHit: number | null
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
    trials: done.length,
    notJudged: done.filter(({ trial }) => trial.outcome === 'not judged').length,
    infrastructureErrors: cell.length - done.length,
    selectionF1: known((graded) => scoreOf(graded, 'selection')),
    argumentAccuracy: known((graded) => scoreOf(graded, 'arguments')),
    definitionTokens: tokensPerRequest(done),
    totalTokens: known(({ trial }) => trial.totalTokens),
    savingVsFull: full && saving(done, withoutInfrastructure(full)),
    violationsPer100: violations === null ? null : violations * 100,
    retrievalHit: known(({ trial }) => trial.retrievalHit),
  }
}

function withoutInfrastructure(trials: readonly GradedTrial[]): readonly GradedTrial[] {
  return trials.filter(({ trial }) => trial.outcome !== 'infrastructure')
}

function judgedByCase(trials: readonly GradedTrial[]): readonly (readonly boolean[])[] {
  const cases = new Map<string, boolean[]>()
  for (const graded of trials) {
    const { outcome } = graded.trial
    if (outcome !== 'passed' && outcome !== 'failed') continue
    const earlier = cases.get(caseKey(graded)) ?? []
    cases.set(caseKey(graded), [...earlier, outcome === 'passed'])
  }
  return [...cases.values()]
}

function scoreOf({ scores }: GradedTrial, grader: string): number | null {
  return scores.find((score) => score.grader === grader)?.value ?? null
}

/** A trial holds its own mean, so it weighs as many as it made requests. */
function tokensPerRequest(trials: readonly GradedTrial[]): number | null {
  const known = trials.filter(({ trial }) => trial.definitionTokens !== null && trial.modelTurns > 0)
  const requests = sum(known.map(({ trial }) => trial.modelTurns))
  const tokens = sum(known.map(({ trial }) => (trial.definitionTokens ?? 0) * trial.modelTurns))
  return requests === 0 ? null : tokens / requests
}

/** Over the cases that both have: toolsets differ in size, and one may have failed under one exposure only. */
function saving(trials: readonly GradedTrial[], full: readonly GradedTrial[]): number | null {
  const [here, there] = [new Set(trials.map(caseKey)), new Set(full.map(caseKey))]
  const shown = tokensPerRequest(trials.filter((graded) => there.has(caseKey(graded))))
  const all = tokensPerRequest(full.filter((graded) => here.has(caseKey(graded))))
  return shown === null || !all ? null : 1 - shown / all
}
