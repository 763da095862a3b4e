import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import type { Message, ModelRequest } from '../../domain/model.ts'
import type { Tool, ToolResult } from '../../domain/tool.ts'

/** A part of a prompt that may need a call of its own, and what was said before and after it. */
export interface Step {
  readonly text: string
  readonly before: string
  readonly after: string
}

export interface Situation {
  readonly step: Step
  /** What may be called for this step. */
  readonly tools: readonly Tool[]
  /** Of the calls made for the steps before, oldest first. */
  readonly results: readonly ToolResult[]
  readonly seed: number
}

export interface Choice {
  readonly tool: Tool
  readonly arguments: JsonObject
}

/** What a baseline decides by itself. Both functions are pure: the conversation is replayed through them on each turn. */
export interface Player {
  steps(prompt: string): readonly Step[]
  /** Null: this step needs no tool. */
  choose(situation: Situation): Choice | null
}

interface Turn {
  /** Null: nothing is left to call, so it is time to answer. */
  readonly call: { readonly tool: string; readonly arguments: JsonObject } | null
  /** Of the calls since the prompt, without those that only looked for tools. */
  readonly results: readonly ToolResult[]
}

/**
 * The protocol by which every baseline uses tools that are shown on demand; it goes by `Tool.discovery` alone, never by
 * a tool's name. For each step of the prompt, in order:
 *
 * 1. If a tool that finds is shown, call it with `{query}`, the words of the step.
 * 2. Choose among the tools that it found, those that a describing tool lists and those shown outright, exactly as if all
 *    had been shown, or choose none. If the choice was listed only, have it described, `{names}`, and choose again.
 * 3. Call the chosen tool: if it was not shown outright and a tool that calls is shown, through that, with
 *    `{name, arguments}`; else directly. One call a turn, so that a later step can use an earlier result.
 *
 * The prompt is the last user message; without discovery tools only 2 and the direct call of 3 remain.
 */
export function findThenCall(player: Player, { messages, tools, seed }: ModelRequest): Turn {
  const finder = tools.find((tool) => tool.discovery === 'find')
  const describer = tools.find((tool) => tool.discovery === 'describe')
  const caller = tools.find((tool) => tool.discovery === 'call')
  const shown = tools.some((tool) => tool.discovery) ? tools.filter((tool) => !tool.discovery) : tools
  const { prompt, answers } = sincePrompt(messages)
  const looking = [finder?.name, describer?.name]
  const results = answers.flatMap(({ decision, result }) => (looking.includes(decision.tool) ? [] : [result]))
  const listed = new Map(describer && toolsListed(describer).map((tool) => [tool.name, tool]))
  const described = new Set<string>()
  const replayed = answers.values()
  let called = 0

  for (const step of player.steps(prompt)) {
    const search = finder && replayed.next()
    if (finder && search?.done)
      return { call: { tool: finder.name, arguments: { query: step.text } }, results }
    const found = search?.value ? toolsFound(search.value.result).filter((tool) => !isIn(shown, tool)) : []
    const choose = () => {
      const hidden = [...found, ...listed.values()]
      const candidates = hidden.length > 0 ? [...shown, ...hidden] : shown
      return player.choose({ step, tools: candidates, results: results.slice(0, called), seed })
    }
    let choice = choose()
    while (describer && choice && listed.has(choice.tool.name) && !described.has(choice.tool.name)) {
      const { name } = choice.tool
      const answer = replayed.next()
      if (answer.done) return { call: { tool: describer.name, arguments: { names: [name] } }, results }
      described.add(name)
      for (const tool of toolsFound(answer.value.result)) if (tool.name === name) listed.set(name, tool)
      choice = choose()
    }
    if (!choice) continue
    if (replayed.next().done) {
      const isIndirect = caller && !shown.includes(choice.tool)
      return { call: isIndirect ? through(caller, choice) : { ...choice, tool: choice.tool.name }, results }
    }
    called++
  }
  return { call: null, results }
}

type Answer = Extract<Message, { role: 'tool' }>

function sincePrompt(messages: readonly Message[]): { prompt: string; answers: readonly Answer[] } {
  const at = messages.findLastIndex((message) => message.role === 'user')
  const user = messages[at]
  return {
    prompt: user?.role === 'user' ? user.text : '',
    answers: messages.slice(at + 1).filter((message) => message.role === 'tool'),
  }
}

function isIn(tools: readonly Tool[], { name }: Tool): boolean {
  return tools.some((tool) => tool.name === name)
}

function through(caller: Tool, { tool, arguments: args }: Choice): NonNullable<Turn['call']> {
  return { tool: caller.name, arguments: { name: tool.name, arguments: args } }
}

function toolsFound({ structuredContent }: ToolResult): readonly Tool[] {
  const found = structuredContent?.tools
  return Array.isArray(found) ? found.flatMap((tool: Json) => readTool(tool) ?? []) : []
}

/** By the lines of the description, as a model reads them. */
function toolsListed({ description }: Tool): readonly Tool[] {
  return Array.from(description.matchAll(/^- (\S+\/\S+?)(?:: (.*))?$/gm), ([, name = '', line = '']) => ({
    name,
    description: line,
    inputSchema: { type: 'object' },
  }))
}

function readTool(value: Json): Tool | null {
  if (!isJsonObject(value) || typeof value.name !== 'string') return null
  const { name, description, inputSchema } = value
  return {
    name,
    description: typeof description === 'string' ? description : '',
    inputSchema: isJsonObject(inputSchema) ? inputSchema : { type: 'object' },
  }
}
