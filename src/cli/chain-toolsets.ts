import type { Config } from '../config/calltrail-config.ts'
import { type Composite, toolsOfAction } from '../domain/action.ts'
import type { Suite, ToolsetDefinition } from '../domain/suite.ts'
import { type Problem, UsageError } from '../errors.ts'
import { toolsOfSnapshot } from '../tools/cassette.ts'

/** The exposures for which a toolset must say more than its servers, and how. */
const described = {
  curated: { is: (toolset: ToolsetDefinition) => toolset.curated !== null, how: 'curated: [server/tool, …]' },
  composite: {
    is: (toolset: ToolsetDefinition) => toolset.composite !== undefined,
    how: 'composite: { actions: […] }',
  },
} as const

/**
 * What chains called is shown as the toolset of calltrail.yaml shows it that has all their servers, the smallest where
 * several have, as far as it was recorded. Throws a `UsageError` where an exposure needs one that is not there.
 */
export function withToolsets(
  suites: readonly Suite[],
  exposures: readonly string[],
  { toolsets, file }: Config,
): readonly Suite[] {
  const shown = suites.map((suite) => ({ ...suite, toolset: shownAs(suite.toolset, toolsets) }))
  const problems = shown.flatMap(({ toolset }) =>
    (['curated', 'composite'] as const).flatMap((name): Problem[] => {
      if (!exposures.includes(name) || described[name].is(toolset)) return []
      const servers = serversOf(toolset).join(', ')
      const message = `--from-chains: no toolset of ${file ?? 'calltrail.yaml (no such file)'} with the servers ${servers} says what the exposure ${name} shows`
      const hint = `add to calltrail.yaml: toolsets: { NAME: { servers: [${servers}], ${described[name].how} } }, or leave out --exposure ${name}`
      return [{ message, hint }]
    }),
  )
  if (problems.length > 0) throw new UsageError(problems)
  return shown
}

function shownAs(recorded: ToolsetDefinition, toolsets: readonly ToolsetDefinition[]): ToolsetDefinition {
  const servers = serversOf(recorded)
  const covering = toolsets
    .filter((toolset) => servers.every((server) => toolset.servers.includes(server)))
    .toSorted((a, b) => a.servers.length - b.servers.length)
  const curated = covering.find(described.curated.is)
  const composed = covering.find(described.composite.is)
  const { name, location, locate } = curated ?? composed ?? recorded
  const tools = recorded.cassette?.snapshots.flatMap(toolsOfSnapshot) ?? []
  const known = new Set(tools.map((tool) => tool.name))
  const composite = composed?.composite && recordedPart(composed.composite, known)
  return {
    ...recorded,
    ...{ name, location, curated: orNull(curated?.curated?.filter((tool) => known.has(tool))) },
    ...(locate && { locate }),
    ...(composite && composite.actions.length > 0 && { composite }),
  }
}

/** Nothing would answer the rest. */
function recordedPart({ actions, tools }: Composite, known: ReadonlySet<string>): Composite {
  return {
    actions: actions.filter((action) => toolsOfAction(action).every((tool) => known.has(tool))),
    tools: tools.filter((tool) => known.has(tool)),
  }
}

function orNull<T>(list: readonly T[] = []): readonly T[] | null {
  return list.length > 0 ? list : null
}

function serversOf({ cassette, servers }: ToolsetDefinition): readonly string[] {
  return [...new Set(cassette?.snapshots.map(({ server }) => server) ?? servers)]
}
