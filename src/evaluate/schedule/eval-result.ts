import { z } from 'zod'
import { readJson } from '../../domain/json.ts'
import { withoutTruth } from '../gate/night.ts'
import type { Outcome } from './scheduler.ts'

const cell = z.object({
  model: z.string(),
  exposure: z.string(),
  verdict: z.string(),
  has_drifted: z.boolean(),
  suspects: z.array(z.object({ case: z.string(), is_confirmed: z.boolean() })),
})

const result = z.object({
  run: z.string(),
  state: z.string().optional(),
  gate: z
    .object({ verdict: z.enum(['pass', 'regressed', 'insufficient data']), cells: z.array(cell) })
    .nullable(),
})

export const nothingTold: Outcome = { run: null, exitCode: null, verdict: null, regressed: [] }

const interrupted = 130

/** What `--report json=F` of an evaluation says; nothing is known where it says nothing, and of an exit code, that it was stopped. */
export function readResult(text: string): Outcome {
  const { success, data } = result.safeParse(readJson(text))
  if (!success) return nothingTold
  const { run, state, gate } = data
  const cells = gate?.cells.filter(({ verdict }) => verdict === 'regressed') ?? []
  const timedOut = state === 'time limit'
  return {
    ...{ run, exitCode: state === 'interrupted' ? interrupted : null },
    ...{ verdict: gate?.verdict ?? null, regressed: cells.map(regressionOf) },
    ...(timedOut && { timedOut }),
  }
}

function regressionOf({ model, exposure, has_drifted, suspects }: z.output<typeof cell>) {
  const cases = suspects.flatMap((each) => (each.is_confirmed ? [withoutTruth(each.case)] : []))
  return { model, exposure, cases, asAWhole: has_drifted }
}
