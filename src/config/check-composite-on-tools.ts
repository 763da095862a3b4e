import type { Action } from '../domain/action.ts'
import { isJsonObject, type Json } from '../domain/json.ts'
import type { ExpectedCall, ToolsetDefinition } from '../domain/suite.ts'
import { referencesOf } from '../domain/template.ts'
import type { Tool } from '../domain/tool.ts'
import type { Problem } from '../errors.ts'
import { type CompositeFinding, callsOf, namedTools, type Path, type PlacedCall } from './check-composite.ts'
import { suggest } from './validate.ts'

/** What the arguments of a call cannot be, as an expectation would be told. */
type CheckArguments = (call: ExpectedCall, tool: Tool, above: Path) => readonly CheckedArgument[]
type CheckedArgument = Omit<Problem, 'location'> & { readonly path: Path }

/** What can only be told once the servers have said which tools they have. */
export function checkCompositeOnTools(
  { name: toolset, composite }: ToolsetDefinition,
  tools: ReadonlyMap<string, Tool>,
  checkArguments: CheckArguments,
): readonly CompositeFinding[] {
  if (!composite) return []
  const unknown = namedTools(composite).flatMap(({ name, path }) =>
    tools.has(name)
      ? []
      : [
          {
            path: [...path],
            message: `no tool "${name}" in toolset ${toolset}`,
            hint: suggest(name, tools.keys()),
          },
        ],
  )
  const calls = composite.actions.flatMap((action, index) => {
    const above = ['composite', 'actions', index]
    return [
      ...callsOf(action, above).flatMap((placed) => checkCall(placed, tools, checkArguments)),
      ...unknownOutputs(action, above, tools),
    ]
  })
  return [...unknown, ...calls]
}

function checkCall(
  { made, path }: PlacedCall,
  tools: ReadonlyMap<string, Tool>,
  checkArguments: CheckArguments,
): readonly CompositeFinding[] {
  const tool = tools.get(made.call)
  if (!tool) return []
  const literal = (value: Json) => referencesOf(value).length === 0
  const args = Object.fromEntries(
    Object.entries(made.args).map(([name, value]) => [
      name,
      literal(value) ? { equals: value } : { any: true as const },
    ]),
  )
  const expected = { tool: made.call, args, alternatives: [] }
  const required = Array.isArray(tool.inputSchema.required) ? tool.inputSchema.required : []
  const missing = required.filter((name) => typeof name === 'string' && !Object.hasOwn(made.args, name))
  return [
    ...checkArguments(expected, tool, [...path, 'args']).map(({ path: at, message, ...rest }) => ({
      path: at.at(-1) === 'equals' ? at.slice(0, -1) : [...at],
      message: message.slice(message.indexOf(': ') + 2),
      ...rest,
    })),
    ...missing.map((name) => ({
      path: [...path, 'args'],
      message: `"${String(name)}" is missing: ${made.call} needs it`,
    })),
  ]
}

/** References to what a tool's output schema rules out. */
function unknownOutputs(
  action: Action,
  above: Path,
  tools: ReadonlyMap<string, Tool>,
): readonly CompositeFinding[] {
  const outputs = new Map(action.steps.map(({ id, call }) => [id, tools.get(call)?.outputSchema]))
  const places = [
    ...callsOf(action, above).map(({ made, path }) => ({ template: made.args, path: [...path, 'args'] })),
    ...(action.result === undefined ? [] : [{ template: action.result, path: [...above, 'result'] }]),
  ]
  return places.flatMap(({ template, path }) =>
    referencesOf(template).flatMap(({ text, reference, path: below }) => {
      const [step, part, key] = reference ?? []
      const schema = part === 'data' && key !== undefined ? outputs.get(String(step)) : undefined
      const properties = isJsonObject(schema?.properties) ? Object.keys(schema.properties) : []
      if (schema?.additionalProperties !== false || properties.includes(String(key))) return []
      const message = `${text} names nothing that the tool gives back`
      return [{ path: [...path, ...below], message, hint: suggest(String(key), properties) }]
    }),
  )
}
