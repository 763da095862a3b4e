import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { impossibleArguments } from '../../config/suite-checks/check-arguments.ts'
import { isJsonObject, type Json, type JsonObject, readJson } from '../../domain/json.ts'
import type { Tool } from '../../domain/tool.ts'
import { linesOf, promptOf } from './bfcl-rows.ts'
import { toolOf } from './bfcl-schema.ts'
import type { ImportedCase, ImportedTool } from './imported-suite.ts'
import { readPythonCall } from './python-call.ts'

/** Function descriptions by file, without `.json`. */
export type FunctionDocs = ReadonlyMap<string, readonly JsonObject[]>

export async function readFunctionDocs(folder: string): Promise<FunctionDocs> {
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'))
  const read = files.map(async (name) => {
    const functions = (await linesOf(join(folder, name))).map(readJson).filter(isJsonObject)
    return [name.replace('.json', ''), functions] as const
  })
  return new Map(await Promise.all(read))
}

/** Which file describes a class; those that are not here go by their own name. */
const fileOfClass: Readonly<Record<string, string>> = {
  GorillaFileSystem: 'gorilla_file_system',
  MathAPI: 'math_api',
  MessageAPI: 'message_api',
  TwitterAPI: 'posting_api',
  TicketAPI: 'ticket_api',
  TradingBot: 'trading_bot',
  TravelAPI: 'travel_booking',
  VehicleControlAPI: 'vehicle_control',
}

/** The calls of all turns, among those that are made, with the arguments that the answers name. */
export function multiTurnCase(
  line: string,
  answer: string | null,
  category: string,
  docs: FunctionDocs,
): ImportedCase | { readonly left: string } {
  const row = readJson(line)
  const truth = answer === null ? null : readJson(answer)
  if (!isJsonObject(row)) return { left: 'not a row of BFCL' }
  if (!isJsonObject(truth) || !Array.isArray(truth.ground_truth)) return { left: 'no answer of that id' }
  const classes: readonly Json[] = Array.isArray(row.involved_classes) ? row.involved_classes : []
  const functions = classes.flatMap((name) => docs.get(fileOfClass[String(name)] ?? String(name)) ?? [])
  const known = new Map(functions.map((each) => [String(each.name), each]))
  const calls = truth.ground_truth
    .flat()
    .map((source: Json) => readPythonCall(String(source), (name) => parametersOf(known.get(name))))
  const unread = calls.findIndex((call) => call === null || !known.has(call.name))
  if (unread >= 0) return { left: `a call that cannot be read: ${truth.ground_truth.flat()[unread]}` }
  const expected = calls.flatMap((call) =>
    call ? [{ tool: `bfcl/${call.name}`, args: wrapped(call.args) }] : [],
  )
  const tools = functions.map((each) => toolOf(each, 'python'))
  const refused = expected.find(({ tool, args }) => {
    const definition = tools.find(({ name }) => `bfcl/${name}` === tool)
    return (
      definition && impossibleArguments({ tool, args, alternatives: [] }, asTool(definition, tool)).size > 0
    )
  })
  if (refused) return { left: `an answer that the function itself refuses: ${refused.tool}` }
  const written = {
    id: String(row.id),
    prompt: promptOf(row.question),
    expect: { calls: expected, match: 'subset' },
    tags: [category],
  }
  return { written, tools }
}

function parametersOf(description: JsonObject | undefined): readonly string[] {
  const { parameters } = description ?? {}
  return isJsonObject(parameters) && isJsonObject(parameters.properties)
    ? Object.keys(parameters.properties)
    : []
}

/** A mapping would be read as a matcher. */
function wrapped(args: JsonObject) {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, { equals: value }]))
}

function asTool({ description, inputSchema }: ImportedTool, name: string): Tool {
  return { name, description, inputSchema }
}
