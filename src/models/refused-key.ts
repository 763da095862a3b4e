import type { Model } from '../domain/model.ts'
import { InfrastructureError } from '../errors.ts'

/** A provider may refuse one request for what is in it: only so many, with no answer among them, are about the key. */
const refusedRequests = 3

/** Asks no more once a provider has refused the key of its first requests; what it said first stands for all others. */
export function untilKeyIsRefused(model: Model): Model {
  let refused = 0
  let isTaken = false
  let first: InfrastructureError | null = null
  return {
    ...model,
    async generate(request, signal) {
      signal.throwIfAborted()
      if (first && !isTaken && refused >= refusedRequests)
        throw new InfrastructureError(
          first.code,
          `${first.message} (its first requests were refused, and it was not asked again)`,
        )
      try {
        const output = await model.generate(request, signal)
        isTaken = true
        return output
      } catch (error) {
        if (error instanceof InfrastructureError && error.code === 'provider_refused_key') {
          refused += 1
          first ??= error
        }
        throw error
      }
    },
  }
}
