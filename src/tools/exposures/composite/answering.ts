import { type ToolSource, toolError } from '../../../domain/tool.ts'
import { describeError, InfrastructureError } from '../../../errors.ts'

const perhapsDone = '\nWhether it was done is not known.'

/**
 * The same source, whose calls are answered where a server is gone, or where a call was given up, by its own signal or by
 * that of the action it belongs to.
 */
export function answering(
  upstream: ToolSource,
  ofAction: AbortSignal,
  onLost: (error: InfrastructureError) => void,
): ToolSource {
  return {
    ...upstream,
    async callTool(call, context) {
      try {
        return await upstream.callTool(call, context)
      } catch (error) {
        if (error instanceof InfrastructureError) {
          onLost(error)
          return toolError(describeError(error) + (error.code === 'server_not_started' ? '' : perhapsDone))
        }
        if (context.signal.aborted || ofAction.aborted)
          return toolError(`cancelled: ${describeError(error)}${perhapsDone}`)
        throw error
      }
    },
  }
}
