import { deepest } from '../domain/json.ts'
import type { Decision, FinishReason, Message, Model } from '../domain/model.ts'
import { type CallContext, type ToolResult, type ToolSource, toolError } from '../domain/tool.ts'
import { callLimit, parallelCallLimit } from './call-limit.ts'

export interface Conversation {
  readonly model: Model
  readonly tools: ToolSource
  readonly prompt: string
  /** What the user says next, each once the model has answered. */
  readonly followUps?: readonly string[] | undefined
  readonly seed: number
  /** Model requests for one prompt, at most. */
  readonly stepLimit: number
  /** Asked before each request: whether the case's budget is used up. */
  readonly isSpent?: () => boolean
}

/**
 * Lets the model answer what the user says with the tools it is shown, until it decides on no more calls and the user has
 * no more to say, or a limit is reached.
 * What it decides in one turn is carried out in its order, one call after another: a trial must come out the same twice,
 * and not every server bears parallel writes.
 */
export async function converse(conversation: Conversation, context: CallContext): Promise<void> {
  const { model, tools, prompt, followUps = [], seed, stepLimit, isSpent = () => false } = conversation
  const waiting = [...followUps]
  const messages: Message[] = [{ role: 'user', text: prompt }]
  let calls = 0
  let left = stepLimit
  while (left-- > 0 && !isSpent()) {
    const shown = await tools.listTools(context)
    const output = await model.generate({ messages: [...messages], tools: shown, seed }, context.signal)
    const { text, decisions, raw, finishReason } = output
    const next = decisions.length === 0 ? waiting.shift() : undefined
    if ((decisions.length === 0 && next === undefined) || isCutOff(finishReason)) return
    if (decisions.length > parallelCallLimit) return
    messages.push({ role: 'assistant', text, decisions, ...(raw !== undefined && { raw }) })
    if (next !== undefined) {
      messages.push({ role: 'user', text: next })
      left = stepLimit
    }
    for (const decision of decisions) {
      if (++calls > callLimit) return
      const result = await carryOut(decision, tools, context)
      messages.push({ role: 'tool', decision, result })
    }
  }
}

/** By the provider: there is nothing to go on from. */
function isCutOff(finishReason: FinishReason): boolean {
  return finishReason === 'content_filter' || finishReason === 'context_overflow'
}

/** A malformed decision is answered, never sent. */
async function carryOut(decision: Decision, tools: ToolSource, context: CallContext): Promise<ToolResult> {
  context.signal.throwIfAborted()
  const { id, tool, arguments: given } = decision
  if (given === null)
    return toolError(
      `The arguments of ${tool} are not a JSON object, nested deeper than ${deepest}, or have a number that is too large.`,
    )
  return tools.callTool({ id, name: tool, arguments: given }, context)
}
