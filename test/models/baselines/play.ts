import type { Message, Model, ModelOutput } from '../../../src/domain/model.ts'
import type { Tool, ToolCall, ToolResult } from '../../../src/domain/tool.ts'

const never = new AbortController().signal

export function ask(model: Model, prompt: string, tools: readonly Tool[], seed = 1): Promise<ModelOutput> {
  return model.generate({ messages: [{ role: 'user', text: prompt }], tools, seed }, never)
}

export interface Played {
  readonly calls: readonly ToolCall[]
  readonly answer: string
}

/** The conversation to its end: every call is answered by `run`. */
export async function play(
  model: Model,
  prompt: string,
  tools: readonly Tool[],
  { run = () => said('done'), seed = 1 }: { run?: (call: ToolCall) => ToolResult; seed?: number } = {},
): Promise<Played> {
  const messages: Message[] = [{ role: 'user', text: prompt }]
  const calls: ToolCall[] = []
  for (;;) {
    const { text, decisions } = await model.generate({ messages, tools, seed }, never)
    if (decisions.length === 0) return { calls, answer: text }
    if (calls.length > 20) throw new Error('The conversation does not end.')
    messages.push({ role: 'assistant', text, decisions })
    for (const decision of decisions) {
      const call = { id: decision.id, name: decision.tool, arguments: decision.arguments ?? {} }
      calls.push(call)
      messages.push({ role: 'tool', decision, result: run(call) })
    }
  }
}

export function said(text: string): ToolResult {
  return { content: [{ type: 'text', text }], isError: false }
}
