import type { Decision, Model, ModelOutput, ModelRequest } from '../../domain/model.ts'
import { unknownUsage } from '../../domain/model.ts'
import { type ToolResult, textOf } from '../../domain/tool.ts'
import { findThenCall, type Player } from './find-then-call.ts'

/** Long enough for any answer that a grader looks for, short enough to keep in every journal. In UTF-16 units. */
const answerLimit = 8_000

/**
 * A model without a language model: it sees a request as one does, makes at most one call a turn, and answers with the
 * text of the results. It keeps nothing between requests, so equal requests get equal answers.
 */
export function baseline(name: `baseline:${string}`, player: Player): Model {
  return {
    name,
    provider: 'calltrail',
    kind: 'baseline',
    async generate(request, signal) {
      signal.throwIfAborted()
      const { call, results } = findThenCall(player, request)
      return call ? output(name, '', [decide(call, request)]) : output(name, answer(results), [])
    },
  }
}

function decide(
  call: { tool: string; arguments: Decision['arguments'] },
  { messages }: ModelRequest,
): Decision {
  const made = messages.flatMap((message) => (message.role === 'assistant' ? message.decisions : []))
  const ids = new Set(made.map(({ id }) => id))
  let number = 1
  while (ids.has(`call_${number}`)) number++
  return { id: `call_${number}`, ...call, rawArguments: JSON.stringify(call.arguments) }
}

function answer(results: readonly ToolResult[]): string {
  if (results.length === 0) return 'No tool fits this, and a baseline knows nothing by itself.'
  return results.map(textOf).join('\n\n').slice(0, answerLimit)
}

function output(model: string, text: string, decisions: readonly Decision[]): ModelOutput {
  return {
    text,
    decisions,
    usage: unknownUsage,
    finishReason: decisions.length > 0 ? 'tool_calls' : 'stop',
    model,
    responseId: null,
    timeToFirstChunkMs: null,
  }
}
