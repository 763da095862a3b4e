import type { GraderFactory } from '../../domain/grader.ts'
import { abstention } from './abstention.ts'
import { answer } from './answer.ts'
import { argumentAccuracy } from './arguments.ts'
import { bfcl } from './bfcl/bfcl.ts'
import { budget } from './budget.ts'
import { forbidden } from './forbidden.ts'
import { judge } from './judge.ts'
import { replay } from './replay.ts'
import { selection } from './selection.ts'
import { state } from './state.ts'
import { teardown } from './teardown.ts'
import { tokens } from './tokens.ts'

/** Rises when a grader, or what is said of an ending, comes to judge otherwise than it did. */
export const gradersVersion = 5

/** A case passes when all of these that it asks something of do. */
export const judges: readonly GraderFactory[] = [
  selection,
  argumentAccuracy,
  bfcl,
  abstention,
  forbidden,
  answer,
  state,
  judge,
  budget,
]

/** These have nothing to pass. */
export const measurements: readonly GraderFactory[] = [tokens, replay, teardown]
