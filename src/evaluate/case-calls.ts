import { type CheckTurn, checkId } from '../domain/grader.ts'
import type { Case, FixedCall } from '../domain/suite.ts'
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

/** What a call answers is recorded and nothing more: the trial is over. */
export async function cleanUp(
  { teardown = [] }: Case,
  tools: ToolSource,
  context: CallContext,
): Promise<void> {
  if (context.signal.aborted) return
  for (const [index, call] of teardown.entries()) await make('teardown', index, call, tools, context)
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
