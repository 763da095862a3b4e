import type { Action, ActionCall, Composite } from '../domain/action.ts'
import { isJsonObject, type Json } from '../domain/json.ts'
import type { ToolsetDefinition } from '../domain/suite.ts'
import { type FoundReference, referencesOf } from '../domain/template.ts'
import type { Problem } from '../errors.ts'
import { suggest } from './validate.ts'

export type Path = readonly (string | number)[]

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

export interface NamedTool {
  readonly name: string
  readonly path: Path
}

export interface PlacedCall {
  readonly made: ActionCall
  /** Ids of the steps whose results it can name. */
  readonly known: readonly string[]
  readonly path: Path
}

export function callsOf({ steps }: Action, above: Path): readonly PlacedCall[] {
  const ids = steps.map(({ id }) => id)
  return steps.flatMap((step, index) => {
    const path = [...above, 'steps', index]
    const own = { made: step, known: ids.slice(0, index), path }
    return step.undo ? [own, { made: step.undo, known: ids, path: [...path, 'undo'] }] : [own]
  })
}

export function namedTools({ actions, tools }: Composite): readonly NamedTool[] {
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
