import {
  type FinishReason,
  type Model,
  type ModelOutput,
  type ModelRequest,
  type Usage,
  unknownUsage,
} from '../domain/model.ts'
import { InfrastructureError } from '../errors.ts'
import { readArguments } from './decision.ts'

/** One answer of a script. `arguments` is the text that the model writes, which need not be JSON. */
export interface ScriptedOutput {
  readonly text?: string
  readonly calls?: readonly { readonly id?: string; readonly tool: string; readonly arguments: string }[]
  readonly usage?: Partial<Usage>
  readonly finishReason?: FinishReason
}

/** By turn of the conversation, counted in its assistant messages: trials that run at once do not disturb each other. */
export type Script =
  | readonly ScriptedOutput[]
  | ((request: ModelRequest, turn: number, signal: AbortSignal) => ScriptedOutput | Promise<ScriptedOutput>)

/** Answers as it was told to. A turn that the script does not have is an `InfrastructureError`, code `script_ended`. */
export function scriptedModel(name: string, script: Script): Model {
  return {
    name,
    provider: 'scripted',
    kind: 'test double',
    async generate(request, signal) {
      signal.throwIfAborted()
      const turn = request.messages.filter((message) => message.role === 'assistant').length
      const output = typeof script === 'function' ? await script(request, turn, signal) : script[turn]
      signal.throwIfAborted()
      if (!output) throw new InfrastructureError('script_ended', `${name} has no answer for turn ${turn + 1}`)
      return modelOutput(name, turn, output)
    },
  }
}

function modelOutput(name: string, turn: number, output: ScriptedOutput): ModelOutput {
  const decisions = (output.calls ?? []).map((call, index) => ({
    id: call.id ?? `call_${turn}_${index}`,
    tool: call.tool,
    arguments: readArguments(call.arguments),
    rawArguments: call.arguments,
  }))
  return {
    text: output.text ?? '',
    decisions,
    usage: { ...unknownUsage, ...output.usage },
    finishReason: output.finishReason ?? (decisions.length > 0 ? 'tool_calls' : 'stop'),
    model: name,
    responseId: null,
    timeToFirstChunkMs: null,
  }
}
