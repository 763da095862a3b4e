import { randomUUID } from 'node:crypto'
import type { Exposure } from '../../../domain/exposure.ts'
import { deepest, isDeep, isJsonObject, type Json } from '../../../domain/json.ts'
import {
  type CallContext,
  type Tool,
  type ToolCall,
  type ToolResult,
  type ToolSource,
  textOf,
  toolError,
} from '../../../domain/tool.ts'
import { rankTools } from '../../retrieval/rank-tools.ts'
import { notShown, unknownTool } from '../../unknown-tool.ts'
import { perList } from '../per-list.ts'
import { declare, type ToolFunction, toolFunctions } from './declarations.ts'
import type { CallAnswer, ScriptLimits, ScriptOutcome } from './script.ts'

const limits: ScriptLimits = {
  computingMs: 2_000,
  memoryBytes: 32 * 1024 * 1024,
  calls: 50,
  outputCharacters: 20_000,
}
const totalMs = 60_000

/** Declarations longer than this, in characters, are looked up instead of shown: about 3,000 tokens. */
const longestShown = 12_000
const foundAtMost = 5

const runName = 'run_code'
const findName = 'find_declarations'

/**
 * One tool in place of all: it runs JavaScript that the model writes against the tools as typed functions. Where there are
 * too many to declare at once, a second tool finds their declarations.
 */
export function code(): Exposure {
  return {
    name: 'code',
    expose: (upstream) => ({
      listTools: async (context) => shownFor(await upstream.listTools(context)),
      async callTool(call, context) {
        const tools = await upstream.listTools(context)
        const shown = shownFor(tools)
        if (!shown.some(({ name }) => name === call.name))
          return notShown(call.name, { shown, hidden: tools, caller: runName })
        if (call.name === findName) return findDeclarations(call.arguments.query, tools)
        const written = call.arguments.code
        if (typeof written !== 'string') return toolError(`${runName} needs \`code\`, a string.`)
        return resultOf(await play(written, call, { upstream, context, tools }))
      },
      onListChanged: (listener) => upstream.onListChanged(listener),
    }),
  }
}

const functionsOf = perList(toolFunctions)
const rankingOf = perList((tools) => rankTools(tools))

const shownFor = perList((tools): readonly Tool[] => {
  const declarations = declare(functionsOf(tools))
  return declarations.length > longestShown
    ? [finder, runner(`Find what you need with ${findName} first.\n${overview(tools)}`)]
    : [runner(declarations)]
})

function runner(api: string): Tool {
  return {
    name: runName,
    description: [
      'Runs JavaScript, the body of an async function. It can call the tools below; each call returns a promise, and throws where the tool says that it failed.',
      'Return what you want to know; what you log to the console is shown too. There is no network, no file system and no module but these tools.',
      `A script may make ${limits.calls} calls, which are made one after another.`,
      '',
      api,
    ].join('\n'),
    inputSchema: {
      type: 'object',
      properties: { code: { type: 'string', description: 'JavaScript; use await and return.' } },
      required: ['code'],
      additionalProperties: false,
    },
    discovery: 'code',
  }
}

const finder: Tool = {
  name: findName,
  description: 'Finds functions by what they do, and gives their TypeScript declarations.',
  inputSchema: {
    type: 'object',
    properties: { query: { type: 'string', description: 'What the function should do, in a few words.' } },
    required: ['query'],
    additionalProperties: false,
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
  discovery: 'find',
}

function overview(tools: readonly Tool[]): string {
  const counts = new Map<string, number>()
  for (const { namespace } of functionsOf(tools)) counts.set(namespace, (counts.get(namespace) ?? 0) + 1)
  return Array.from(counts, ([namespace, count]) => `tools.${namespace}: ${count} functions`).join('\n')
}

function findDeclarations(query: Json | undefined, tools: readonly Tool[]): ToolResult {
  if (typeof query !== 'string') return toolError(`${findName} needs \`query\`, a string.`)
  const found = rankingOf(tools)(query, foundAtMost)
  const functions = found.flatMap((tool) => functionsOf(tools).find((each) => each.tool === tool) ?? [])
  const text = functions.length > 0 ? declare(functions) : 'No function matches. Try other words.'
  const offered = found.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }))
  return { content: [{ type: 'text', text }], structuredContent: { tools: offered }, isError: false }
}

interface Played {
  readonly upstream: ToolSource
  readonly context: CallContext
  readonly tools: readonly Tool[]
}

async function play(
  written: string,
  { id }: ToolCall,
  { upstream, context, tools }: Played,
): Promise<ScriptOutcome> {
  const { runScript } = await import('./sandbox.ts')
  const functions = functionsOf(tools)
  return runScript({
    code: written,
    functions: namesOf(functions),
    limits,
    totalMs,
    signal: context.signal,
    async call({ namespace, name, args, signal }) {
      const meant = functions.find((each) => each.namespace === namespace && each.name === name)
      if (!meant) return { error: textOf(unknownTool(`${namespace}/${name}`, tools)) }
      if (!isJsonObject(args)) return { error: `tools.${namespace}.${name} takes one object of arguments` }
      if (isDeep(args)) return { error: `the arguments are nested deeper than ${deepest}` }
      const inner = { id: randomUUID(), name: meant.tool.name, arguments: args, parentId: id }
      return answerOf(await upstream.callTool(inner, { ...context, signal }))
    },
  })
}

function namesOf(functions: readonly ToolFunction[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  for (const { namespace, name } of functions) names.set(namespace, [...(names.get(namespace) ?? []), name])
  return names
}

/** What a script gets of a result: its structured content, else its text, else its blocks. */
function answerOf(result: ToolResult): CallAnswer {
  const text = textOf(result)
  if (result.isError) return { error: text || 'the tool failed' }
  if (result.structuredContent) return { value: result.structuredContent }
  return { value: result.content.every(({ type }) => type === 'text') ? text : [...result.content] }
}

function resultOf({ value, printed, error, late = '' }: ScriptOutcome): ToolResult {
  const parts = [
    ...(error === null ? [value ?? (printed === '' ? 'The script returned nothing.' : '')] : [error]),
    ...(error === null || value === null ? [] : [`returned:\n${value}`]),
    ...(printed === '' ? [] : [`console:\n${printed.trimEnd()}`]),
    late,
  ].filter((part) => part !== '')
  const content = parts.map((text) => ({ type: 'text', text }))
  return { content, isError: error !== null }
}
