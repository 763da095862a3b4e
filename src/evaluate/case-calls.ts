import { type CheckTurn, checkId } from '../domain/grader.ts'
import type { Case, FixedCall } from '../domain/suite.ts'
import { withinTime } from '../domain/time-limit.ts'
import { type CallContext, type ToolSource, textOf } from '../domain/tool.ts'
import { InfrastructureError } from '../errors.ts'

/** Makes what the case needs to be there. Rejects with an `InfrastructureError` for a call that fails. */
export async function prepare({ setup = [] }: Case, tools: ToolSource, context: CallContext): Promise<void> {
  for (const [index, call] of setup.entries()) {
    const { isError, ...result } = await make('setup', index, call, tools, context)
    if (!isError) continue
    throw new InfrastructureError(
      'setup_failed',
      `setup: ${call.tool} failed: ${textOf({ ...result, isError })}`,
    )
  }
}

/** Asks for what the trial left; what comes back is judged later, from the recording. */
export async function inspect({ expect }: Case, tools: ToolSource, context: CallContext): Promise<void> {
  for (const [index, call] of (expect.state ?? []).entries()) await make('state', index, call, tools, context)
}

/** Of all tear-down calls of a trial, whose own time may be up. */
const cleanUpMs = 30_000

/**
 * What a call answers, or that it failed, is recorded and no more: the trial is over, and the next call is made. `signal` is
 * the run's: a trial that was late is cleaned up after, one that was interrupted is not.
 */
export async function cleanUp(
  { teardown = [] }: Case,
  tools: ToolSource,
  { signal, ...rest }: CallContext,
): Promise<void> {
  if (teardown.length === 0) return
  const makeAll = async (limited: AbortSignal) => {
    for (const [index, call] of teardown.entries()) {
      if (limited.aborted) return
      await make('teardown', index, call, tools, { ...rest, signal: limited }).catch((error: unknown) => {
        if (!(error instanceof InfrastructureError) && !limited.aborted) throw error
      })
    }
  }
  await withinTime(cleanUpMs, makeAll, signal)
}

function make(
  purpose: CheckTurn['purpose'],
  index: number,
  { tool, args }: FixedCall,
  tools: ToolSource,
  context: CallContext,
) {
  return tools.callTool({ id: checkId(purpose, index), name: tool, arguments: args }, context)
}
