import type { Json, JsonObject } from './json.ts'
import type { Tool, ToolResult } from './tool.ts'

/** A tool call as the model decided it, before anything was done about it. */
export interface Decision {
  /** The provider's call id, or one of ours where the provider sends none. */
  readonly id: string
  /** The tool's own name (`server/tool`), or what the model wrote where no such tool was shown. */
  readonly tool: string
  /** Null when the model's text is no JSON object: the decision is malformed, and never sent. */
  readonly arguments: JsonObject | null
  /** The argument text, to the letter. */
  readonly rawArguments: string
}

export type Message =
  | { readonly role: 'system' | 'user'; readonly text: string }
  | {
      readonly role: 'assistant'
      readonly text: string
      readonly decisions: readonly Decision[]
      /** The provider's own content blocks, sent back to it verbatim (reasoning with signatures). */
      readonly raw?: Json
    }
  | { readonly role: 'tool'; readonly decision: Decision; readonly result: ToolResult }

export interface ModelRequest {
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  /** Makes a baseline deterministic; a provider gets it where it has such a parameter. */
  readonly seed: number
  readonly maxOutputTokens?: number
  readonly temperature?: number
}

/** Tokens of one response; null is unknown, which is not 0. `inputTokens` includes what was read from or written to a cache. */
export interface Usage {
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly cacheReadTokens: number | null
  readonly cacheCreationTokens: number | null
  readonly reasoningTokens: number | null
}

export type FinishReason =
  | 'stop'
  | 'tool_calls'
  | 'length'
  | 'content_filter'
  | 'context_overflow'
  | 'refusal'
  | 'unknown'

/** A search that the provider made for its model among deferred tools, and the tools it loaded. */
export interface ToolSearch {
  readonly query: string
  readonly tools: readonly string[]
}

export interface ModelOutput {
  readonly text: string
  readonly decisions: readonly Decision[]
  /** Absent where the provider searches for nothing. */
  readonly searches?: readonly ToolSearch[]
  readonly usage: Usage
  readonly finishReason: FinishReason
  /** The model that answered, as the provider names it. */
  readonly model: string
  readonly responseId: string | null
  readonly timeToFirstChunkMs: number | null
  readonly raw?: Json
  /** Given before, and kept; nobody was asked. */
  readonly cached?: true
}

export interface Model {
  /** As typed on the command line: `openai:gpt-…`, `baseline:lexical`. */
  readonly name: string
  /** OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string
  /** A baseline is labelled "baseline, not a language model" wherever it shows. */
  readonly kind: 'language model' | 'baseline' | 'test double'
  /** Its provider can load tools on demand (`Tool.deferred`); whether this model takes that, only it can say. */
  readonly defersTools?: true
  /** Where its provider is asked; absent where none is. */
  readonly apiUrl?: string
  /** Rejects with an `InfrastructureError` where the provider failed; a bad answer is an answer. */
  generate(request: ModelRequest, signal: AbortSignal): Promise<ModelOutput>
}

/** Guesses: its failures say nothing about a case. */
export const guessingModel = 'baseline:random'

export const unknownUsage: Usage = {
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheCreationTokens: null,
  reasoningTokens: null,
}

/** Counts tokens where a provider reports none; every number from it is an estimate and says so. */
export interface Tokenizer {
  /** The encoding: `o200k`. */
  readonly name: string
  count(text: string): number
  /** Tokens of the definitions as they stand in a request (wire name, description, input schema); cached by array. */
  definitions(tools: readonly Tool[]): number
}
