import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { type Action, type Composite, toolsOfAction } from '../../../domain/action.ts'
import type { Exposure } from '../../../domain/exposure.ts'
import { multipleOfPrecision } from '../../../domain/multiple-of.ts'
import type { ToolsetDefinition } from '../../../domain/suite.ts'
import { type CallContext, serverOf, type Tool, toolError } from '../../../domain/tool.ts'
import { UsageError } from '../../../errors.ts'
import { notShown, suggestion } from '../../unknown-tool.ts'
import { perList } from '../per-list.ts'
import { runAction } from './run-action.ts'

/**
 * Purpose-built actions in place of the tools, and the few tools that the toolset shows beside them. `listTools` rejects
 * with a `UsageError` when an action calls a tool that its server does not have.
 */
export function composite(toolset: ToolsetDefinition): Exposure {
  const { actions, tools: beside } = toolset.composite ?? notComposed(toolset)
  const show = shownBy(toolset, { actions, tools: beside })
  return {
    name: 'composite',
    expose: (upstream) => {
      const shown = async (context: CallContext) => show(await upstream.listTools(context))
      return {
        listTools: shown,
        async callTool(call, context) {
          const tools = await shown(context)
          if (beside.includes(call.name)) return upstream.callTool(call, context)
          const action = actions.find(({ name }) => name === call.name)
          if (!action)
            return notShown(call.name, {
              shown: tools,
              hidden: await upstream.listTools(context),
              caller: null,
            })
          const wrong = objection(action, call.arguments)
          return wrong === null ? runAction(action, { upstream, context, call }) : toolError(wrong)
        },
        onListChanged: (listener) => upstream.onListChanged(listener),
      }
    },
  }
}

// By definition, so that all sessions of a toolset show one array.
const known = new WeakMap<ToolsetDefinition, (tools: readonly Tool[]) => readonly Tool[]>()

function shownBy(
  toolset: ToolsetDefinition,
  composed: Composite,
): (tools: readonly Tool[]) => readonly Tool[] {
  const show = known.get(toolset) ?? perList((tools) => shownTools(toolset, composed, tools))
  known.set(toolset, show)
  return show
}

function shownTools(
  { location }: ToolsetDefinition,
  { actions, tools: beside }: Composite,
  tools: readonly Tool[],
): readonly Tool[] {
  const byName = new Map(tools.map((tool) => [tool.name, tool]))
  // A server that is down has no tools; its actions fail when they are called.
  const servers = new Set(tools.map(({ name }) => serverOf(name)))
  const named = [...beside, ...actions.flatMap(toolsOfAction)]
  const unknown = [...new Set(named)].filter((name) => !byName.has(name) && servers.has(serverOf(name)))
  const message = (name: string) =>
    `the composite exposure names ${name}, which no server has.${suggestion(name, tools)}`
  if (unknown.length > 0) throw new UsageError(unknown.map((name) => ({ location, message: message(name) })))
  return [
    ...actions.map((action) => actionTool(action, byName)),
    ...beside.flatMap((name) => byName.get(name) ?? []),
  ]
}

function actionTool(action: Action, tools: ReadonlyMap<string, Tool>): Tool {
  const { name, description, inputSchema } = action
  const reaches = toolsOfAction(action)
  const onlyReads = reaches.every((called) => tools.get(called)?.annotations?.readOnlyHint === true)
  return {
    name,
    description,
    inputSchema,
    reaches,
    ...(onlyReads && { annotations: { readOnlyHint: true } }),
  }
}

const validators = new WeakMap<Action, ValidateFunction>()

/** What is wrong with the arguments; null where nothing is. */
function objection(action: Action, given: unknown): string | null {
  const ajv = new Ajv2020({
    strict: false,
    ownProperties: true,
    logger: false,
    validateFormats: false,
    multipleOfPrecision,
  })
  const validate = validators.get(action) ?? ajv.compile(action.inputSchema)
  validators.set(action, validate)
  return validate(given) ? null : `${action.name} does not take this: ${ajv.errorsText(validate.errors)}.`
}

function notComposed({ name, location }: ToolsetDefinition): never {
  const hint = 'add `composite: { actions: […] }` to the toolset, or leave out the exposure composite'
  throw new UsageError([{ location, message: `nobody composed actions for the toolset ${name}`, hint }])
}
