import type { Cell } from './cell.ts'
import { sum } from './statistics/mean.ts'

/** Of planned trials; they add up to `planned`. Only the judged say anything about a model. */
export interface Denominators {
  readonly planned: number
  /** Passed or failed. */
  readonly judged: number
  readonly notJudged: number
  readonly infrastructureErrors: number
  /** The budget of the run did not let them begin, or end. */
  readonly budgetStops: number
  /** Not played, or not to the end, for any other reason. */
  readonly missing: number
}

export interface CellDenominators extends Denominators {
  readonly model: string
  readonly exposure: string
}

interface PlannedCells {
  readonly planned: number
  readonly budgetStops: number
  readonly models: readonly { readonly name: string }[]
  readonly exposures: readonly string[]
}

/** In the order of a summary's cells. Every cell of the plan has as many trials as any other, also within a shard. */
export function cellDenominators(
  { planned, budgetStops, models, exposures }: PlannedCells,
  cells: readonly Cell[],
): readonly CellDenominators[] {
  const ofCell = Math.round(planned / (models.length * exposures.length || 1))
  const names = models.map(({ name }) => name).sort()
  return names.flatMap((model) =>
    [...exposures].sort().map((exposure) => {
      const cell = cells.find((each) => each.model === model && each.exposure === exposure)
      return { model, exposure, ...denominatorsOf(cell, ofCell, budgetStops > 0) }
    }),
  )
}

/** What was not played is for the budget or, where that stopped nothing, for something else. */
export function denominatorsOf(
  cell: Pick<Cell, 'trials' | 'notJudged' | 'infrastructureErrors'> | undefined,
  planned: number,
  isStopped: boolean,
): Denominators {
  const { trials = 0, notJudged = 0, infrastructureErrors = 0 } = cell ?? {}
  const left = Math.max(0, planned - trials - infrastructureErrors)
  return {
    ...{ planned, judged: trials - notJudged, notJudged, infrastructureErrors },
    budgetStops: isStopped ? left : 0,
    missing: isStopped ? 0 : left,
  }
}

export function sumDenominators(cells: readonly Denominators[]): Denominators {
  const total = (name: keyof Denominators) => sum(cells.map((cell) => cell[name]))
  return {
    planned: total('planned'),
    judged: total('judged'),
    notJudged: total('notJudged'),
    infrastructureErrors: total('infrastructureErrors'),
    budgetStops: total('budgetStops'),
    missing: total('missing'),
  }
}
