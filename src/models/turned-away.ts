import { type FinishReason, type ModelOutput, unknownUsage } from '../domain/model.ts'
import { InfrastructureError } from '../errors.ts'

const finishReasons: Readonly<Record<string, FinishReason>> = {
  context_overflow: 'context_overflow',
  content_filter: 'content_filter',
}

/**
 * A request that the provider turned away for what is in it tells of model and exposure, so it is an answer: one without
 * words and calls. What it cost nobody says. Everything else passes.
 */
export async function orTurnedAway(model: string, asked: Promise<ModelOutput>): Promise<ModelOutput> {
  try {
    return await asked
  } catch (error) {
    const finishReason = error instanceof InfrastructureError ? finishReasons[error.code] : undefined
    if (finishReason === undefined) throw error
    const nothing = { text: '', decisions: [], usage: unknownUsage }
    return { ...nothing, finishReason, model, responseId: null, timeToFirstChunkMs: null }
  }
}
