import { groupBy } from '../evaluate/group-by.ts'
import type { CaseFailure, CaseReason } from '../evaluate/summary.ts'
import { amount } from './quantities.ts'

interface FailureReason {
  /** Null for what is left out. */
  readonly category: string | null
  /** `2 × full, slim: chose files/read, expected files/move`; not escaped yet. */
  readonly text: string
}

const shownReasons = 3

/** Why a case failed, each reason with how often and where it did, unless it is the one that it had everywhere. */
export function failureReasons(failed: CaseFailure): readonly FailureReason[] {
  const { reasons, judged, passed } = failed
  const shown = reasons.slice(0, shownReasons)
  const rest = judged - passed - shown.reduce((sum, { trials }) => sum + trials, 0)
  const isOnly = shown.length === 1 && rest <= 0
  const told = shown.map((reason) => {
    const { category, reason: said } = reason.failure
    const times = isOnly ? '' : `${amount(reason.trials)} × `
    const where = whereOf(reason, failed)
    return { category, text: `${times}${where && `${where}: `}${said}` }
  })
  const left = { category: null, text: `${amount(rest)} × other reasons` }
  return rest > 0 ? [...told, left] : told
}

/** Exposures, with their models where those differ in them; empty where it was all that judged the case. */
function whereOf({ cells }: CaseReason, { cells: judged }: CaseFailure): string {
  if (cells.length === judged.length) return ''
  const models = new Set(judged.map(({ model }) => model))
  const byModel = Array.from(
    groupBy(cells, ({ model }) => model),
    ([model, group]) => ({
      model,
      exposures: group.map(({ exposure }) => exposure).join(', '),
    }),
  )
  const [first] = byModel
  const isAlike =
    byModel.length === models.size && byModel.every((each) => each.exposures === first?.exposures)
  if (first && isAlike) return first.exposures
  return byModel.map(({ model, exposures }) => `${model} × ${exposures}`).join('; ')
}
