import type {
  CellJudgement,
  GateDenominators,
  GatedCell,
  GateReport,
  GateVerdict,
  Shortcoming,
} from '../../domain/gate.ts'
import type { GradedTrial } from '../graded-trial.ts'
import { groupBy } from '../group-by.ts'
import type { Plan } from '../plan.ts'
import { sum } from '../statistics/mean.ts'
import { calibrate } from './calibrate.ts'
import { comparabilityOf } from './comparability.ts'
import { denominatorsOf } from './denominators.ts'
import { detectableRate } from './detectable.ts'
import { cellOf, evidenceOf, type History } from './evidence.ts'
import { judge } from './judge.ts'
import { fewestNights, mostNights, type Night, withoutTruth } from './night.ts'
import { type CellEvidence, clearingTrials, confirmingTrials, fewestFresh } from './screen.ts'

/** Below this share of the planned trials a cell is not judged on what is left. */
const enoughJudged = 0.8

/** Below this share of tonight's cases that earlier runs have too, a cell that changed so much is none that passes. */
const enoughComparable = 0.5

/** The verdict of a run, from all its trials and the runs before it. */
export function judgeRun(plan: Plan, trials: readonly GradedTrial[], history: History): GateReport {
  const evidence = evidenceOf(trials, plan.trials, history)
  const wanted = plan.models.flatMap((model) =>
    plan.exposures.map((exposure) => ({ model: model.name, exposure })),
  )
  const found = wanted.map((cell) => evidence.get(cellOf(cell)) ?? nothing)
  const judgements = judge(found)
  const byCell = groupBy(trials, ({ trial }) => cellOf(trial))
  const cells = wanted.flatMap((cell, index) => {
    const [own, judgement] = [found[index], judgements[index]]
    if (!own || !judgement) return []
    const trialsOf = byCell.get(cellOf(cell)) ?? []
    return [gateCell(plan, { ...cell, own, judgement, trials: trialsOf }, history.get(cellOf(cell)) ?? [])]
  })
  return {
    verdict: verdictOf(cells),
    newest: [...history.values()][0]?.[0]?.run ?? null,
    cells,
    calibration: calibrate(found),
  }
}

const nothing: CellEvidence = {
  tonight: { run: '', cases: new Map() },
  history: [],
  earlier: [],
  again: new Map(),
  fresh: new Map(),
}

function verdictOf(cells: readonly GatedCell[]): GateVerdict {
  if (cells.some(({ verdict }) => verdict === 'regressed')) return 'regressed'
  return cells.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'insufficient data'
}

interface Judged {
  readonly model: string
  readonly exposure: string
  readonly own: CellEvidence
  readonly judgement: CellJudgement
  readonly trials: readonly GradedTrial[]
}

function gateCell(
  plan: Plan,
  { model, exposure, own, judgement, trials }: Judged,
  earlier: readonly Night[],
): GatedCell {
  const { tonight, history } = own
  const denominators = denominatorsOf(plan, trials)
  const forgotten = neverWhole(tonight, earlier)
  // With nothing to compare of tonight, all that there is could have been compared with.
  const nights = tonight.cases.size === 0 ? Math.min(earlier.length, mostNights) : history.length
  const { comparable, changedTruths, newCases } = comparabilityOf(plan, tonight, history, earlier)
  const cases = tonight.cases.size
  const isOther = nights >= fewestNights && comparable < enoughComparable * cases
  const shortcomings: readonly Shortcoming[] = [
    ...shortcomingsOf(judgement, nights, denominators),
    ...(isOther ? [{ kind: 'few comparable', comparable, cases } as const] : []),
    ...(forgotten.length > 0 ? [{ kind: 'always regressed', cases: forgotten } as const] : []),
  ]
  const left = judgement.suspects.filter(({ isCleared }) => !isCleared).length
  const tests = Math.max(1, left) * 2 * plan.models.length * plan.exposures.length
  // What the cell as a whole lost is not judged on what is left of it; a suspect has trials of its own.
  const hasDrifted = judgement.hasDrifted && shortcomings.every(({ kind }) => kind !== 'few judged')
  const isRegressed = hasDrifted || judgement.suspects.some(({ isConfirmed }) => isConfirmed)
  const verdict = isRegressed ? 'regressed' : shortcomings.length > 0 ? 'insufficient data' : 'pass'
  return {
    ...judgement,
    ...{
      hasDrifted,
      isRegressed,
      model,
      exposure,
      verdict,
      shortcomings,
      nights,
      comparable,
      leftOut: earlier.filter(({ broken }) => broken).length,
      changedTruths,
      newCases,
    },
    trials: denominators,
    playedAgain: trials.filter(({ trial }) => trial.repetition > plan.trials).length,
    detectableRate:
      history.length < fewestNights ? null : detectableRate(history.length * plan.trials, plan.trials, tests),
  }
}

/** Cases that regressed in every earlier run that has them: of runs before those nobody knows any more. */
function neverWhole({ cases }: Night, earlier: readonly Night[]): readonly string[] {
  const left = new Set(earlier.flatMap(({ broken }) => [...(broken ?? [])]))
  for (const night of earlier) for (const key of night.cases.keys()) left.delete(key)
  return [...left].filter((key) => cases.has(key)).map(withoutTruth)
}

function shortcomingsOf(
  { suspects }: CellJudgement,
  nights: number,
  { planned, judged }: GateDenominators,
): readonly Shortcoming[] {
  const open = suspects.filter(({ isCleared, fresh }) => !isCleared && fresh.n < fewestFresh)
  const missing = sum(
    open.map(({ again, fresh }) => Math.max(0, clearingTrials - again.n) + confirmingTrials - fresh.n),
  )
  return [
    ...(nights < fewestNights ? [{ kind: 'few nights', nights, needed: fewestNights } as const] : []),
    ...(judged < enoughJudged * planned ? [{ kind: 'few judged', judged, planned } as const] : []),
    ...(open.length > 0 ? [{ kind: 'unconfirmed', suspects: open.length, missing } as const] : []),
  ]
}
