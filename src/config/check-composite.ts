import type { Action, ActionCall, Composite } from '../domain/action.ts'
import { isJsonObject, type Json } from '../domain/json.ts'
import type { ExpectedCall, ToolsetDefinition } from '../domain/suite.ts'
import { type FoundReference, referencesOf } from '../domain/template.ts'
import type { Tool } from '../domain/tool.ts'
import type { Problem } from '../errors.ts'
import { suggest } from './validate.ts'

type Path = readonly (string | number)[]

/** `path` goes from the toolset. */
export type CompositeFinding = Omit<Problem, 'location'> & { readonly path: (string | number)[] }

/** What is wrong with the actions of a toolset before its tools are known: names, servers, references, rules. */
export function checkComposite(
  { composite }: ToolsetDefinition,
  servers: readonly string[],
): readonly CompositeFinding[] {
  if (!composite) return []
  return [
    ...repeated(composite),
    ...namedTools(composite).flatMap(({ name, path }) => unknownServer(name, path, servers)),
    ...composite.actions.flatMap((action, index) => checkAction(action, ['composite', 'actions', index])),
  ]
}

interface NamedTool {
  readonly name: string
  readonly path: Path
}

interface PlacedCall {
  readonly made: ActionCall
  /** Ids of the steps whose results it can name. */
  readonly known: readonly string[]
  readonly path: Path
}

function callsOf({ steps }: Action, above: Path): readonly PlacedCall[] {
  const ids = steps.map(({ id }) => id)
  return steps.flatMap((step, index) => {
    const path = [...above, 'steps', index]
    const own = { made: step, known: ids.slice(0, index), path }
    return step.undo ? [own, { made: step.undo, known: ids, path: [...path, 'undo'] }] : [own]
  })
}

function namedTools({ actions, tools }: Composite): readonly NamedTool[] {
  return [
    ...tools.map((name, index) => ({ name, path: ['composite', 'tools', index] })),
    ...actions.flatMap((action, index) =>
      callsOf(action, ['composite', 'actions', index]).map(({ made, path }) => ({
        name: made.call,
        path: [...path, 'call'],
      })),
    ),
  ]
}

function unknownServer(tool: string, path: Path, servers: readonly string[]): readonly CompositeFinding[] {
  const server = tool.slice(0, tool.indexOf('/'))
  if (servers.includes(server)) return []
  return [
    {
      path: [...path],
      message: `"${server}" is not a server of this toolset`,
      hint: suggest(server, servers),
    },
  ]
}

function repeated({ actions }: Composite): readonly CompositeFinding[] {
  const twice = (names: readonly string[], pathOf: (index: number) => (string | number)[]) =>
    names.flatMap((name, index) =>
      names.indexOf(name) === index ? [] : [{ path: pathOf(index), message: `"${name}" is there twice` }],
    )
  return [
    ...twice(
      actions.map(({ name }) => name),
      (index) => ['composite', 'actions', index, 'name'],
    ),
    ...actions.flatMap(({ steps }, action) =>
      twice(
        steps.map(({ id }) => id),
        (index) => ['composite', 'actions', action, 'steps', index, 'id'],
      ),
    ),
  ]
}

function checkAction(action: Action, above: Path): readonly CompositeFinding[] {
  const { steps, inputSchema, onFailure, result } = action
  const parameters = isJsonObject(inputSchema.properties) ? Object.keys(inputSchema.properties) : []
  const check = (template: Json, known: readonly string[], path: Path) =>
    referencesOf(template).flatMap((found) => checkReference(found, { parameters, known, path }))
  const ids = steps.map(({ id }) => id)
  const isUndone = onFailure === 'undo' || steps.some((step) => step.onFailure === 'undo')
  const cannotUndo = isUndone && steps.every(({ undo }) => !undo)
  return [
    ...callsOf(action, above).flatMap(({ made, known, path }) => check(made.args, known, [...path, 'args'])),
    ...steps.flatMap(({ when }, index) =>
      when.flatMap(({ value }, each) =>
        check(value, ids.slice(0, index), [
          ...above,
          'steps',
          index,
          'when',
          ...(when.length > 1 ? [each] : []),
        ]),
      ),
    ),
    ...(result === undefined ? [] : check(result, ids, [...above, 'result'])),
    ...(cannotUndo
      ? [
          {
            path: [...above, 'onFailure'],
            message: 'undo needs a step that says how: `undo: { call, args }`',
          },
        ]
      : []),
  ]
}

interface Scope {
  readonly parameters: readonly string[]
  readonly known: readonly string[]
  readonly path: Path
}

const parts = ['text', 'data', 'failed']

function checkReference(
  { text, reference, path: below }: FoundReference,
  { parameters, known, path }: Scope,
): readonly CompositeFinding[] {
  const at = [...path, ...below]
  const form = 'write {{ input.NAME }}, {{ STEP.text }}, {{ STEP.data.KEY[0] }} or {{ STEP.failed }}'
  if (!reference) return [{ path: at, message: `${text} is no reference`, hint: form }]
  const [root = '', part] = reference
  if (root === 'input')
    return parameters.includes(String(part))
      ? []
      : [{ path: at, message: `${text} names no parameter`, hint: suggest(String(part ?? ''), parameters) }]
  if (!known.includes(String(root)))
    return [
      {
        path: at,
        message: `${text} names no step before this one`,
        hint: suggest(String(root), ['input', ...known]),
      },
    ]
  return parts.includes(String(part))
    ? []
    : [{ path: at, message: `${text} names nothing that a step has`, hint: form }]
}

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
