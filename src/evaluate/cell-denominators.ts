import type { Cell } from './cell.ts'

/** Of the planned trials of a cell; they add up. Only the judged say anything about the model. */
export interface CellDenominators {
  readonly model: string
  readonly exposure: string
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

interface PlannedCells {
  readonly planned: number
  readonly budgetStops: number
  readonly models: readonly { readonly name: string }[]
  readonly exposures: readonly string[]
}

/** Every cell of the plan has as many trials as any other, also within a shard. */
export function cellDenominators(
  { planned, budgetStops, models, exposures }: PlannedCells,
  cells: readonly Cell[],
): readonly CellDenominators[] {
  const ofCell = Math.round(planned / (models.length * exposures.length || 1))
  return models.flatMap(({ name: model }) =>
    exposures.map((exposure) => {
      const cell = cells.find((each) => each.model === model && each.exposure === exposure)
      const { trials = 0, notJudged = 0, infrastructureErrors = 0 } = cell ?? {}
      const left = Math.max(0, ofCell - trials - infrastructureErrors)
      const isStopped = budgetStops > 0
      return {
        ...{ model, exposure, planned: ofCell, judged: trials - notJudged, notJudged, infrastructureErrors },
        budgetStops: isStopped ? left : 0,
        missing: isStopped ? 0 : left,
      }
    }),
  )
}
