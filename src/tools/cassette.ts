import type { CassetteSource, RecordedFailure, ToolSnapshot } from '../domain/cassette.ts'
import { placeholderIds } from '../domain/placeholder.ts'
import type { ServerDefinition, ToolsetDefinition } from '../domain/suite.ts'
import { type CallContext, type Tool, type ToolCall, type ToolResult, toolError } from '../domain/tool.ts'
import { catalogueCache } from './catalogue.ts'
import type { ConnectOptions } from './connection.ts'
import { playRecording } from './recording-player.ts'
import { toTool } from './tool-definition.ts'
import { openToolset, type Toolset, type TrialNeeds } from './toolset.ts'
import type { TrialTools } from './trial-tools.ts'
import { unknownTool } from './unknown-tool.ts'

/**
 * A toolset whose servers a cassette stands for: tools and results are those that were recorded, and no server is started.
 * What is matched are the calls below the exposure, so that a cassette is good for every exposure and every model. A call
 * that was not recorded is a miss, and its result says so (`ToolResult.replay`): it fails, or, where the suite says `live`,
 * goes to the real server, which is started then. What holds a placeholder goes nowhere.
 */
export function openCassette(
  definition: ToolsetDefinition,
  { snapshots, miss }: CassetteSource,
  servers: readonly ServerDefinition[],
  options: ConnectOptions = {},
): Toolset {
  const merge = catalogueCache()
  const lists = new Map(snapshots.map((snapshot) => [keyOf(snapshot), toolsOfSnapshot(snapshot)]))
  const catalogueOf = (some: readonly ToolSnapshot[]) =>
    merge(some.flatMap((snapshot) => [lists.get(keyOf(snapshot)) ?? []]))
  let live: Promise<Toolset> | null = null

  function openLive(): Promise<Toolset> {
    live ??= openToolset(definition, servers, options).catch((error) => {
      live = null
      throw error
    })
    return live
  }

  return {
    definition,
    serverVersions: new Map(snapshots.map(({ server, serverVersion }) => [server, serverVersion])),
    listTools: async () => catalogueOf(snapshots).tools,
    forTrial: (needs) => trialTools(needs, catalogueOf, miss === 'live' ? openLive : null),
    async close() {
      await (await live?.catch(() => null))?.close()
    },
  }
}

function trialTools(
  { writes, replay }: TrialNeeds,
  catalogueOf: (snapshots: readonly ToolSnapshot[]) => ReturnType<ReturnType<typeof catalogueCache>>,
  openLive: (() => Promise<Toolset>) | null,
): TrialTools {
  if (!replay) throw new Error('a trial on a cassette needs the recording of its case')
  const { tools, byName } = catalogueOf(replay.recording.snapshots)
  const player = playRecording(replay.recording.calls, replay.redactor)
  let live: Promise<TrialTools> | null = null

  async function callLive(
    open: () => Promise<Toolset>,
    call: ToolCall,
    context: CallContext,
  ): Promise<ToolResult> {
    live ??= open().then((toolset) => toolset.forTrial({ writes }))
    const result = await (await live).callTool(call, context)
    return { ...result, replay: 'live' }
  }

  return {
    listTools: async () => tools,
    async callTool(call, context) {
      context.signal.throwIfAborted()
      if (!byName.has(call.name)) return unknownTool(call.name, tools)
      const recorded = player.play(call)
      if (recorded) return { ...resultOf(recorded.answer), replay: 'recorded' }
      const isHidden = placeholderIds(JSON.stringify(call.arguments)).length > 0
      return openLive && !isHidden ? callLive(openLive, call, context) : missed
    },
    // A recording does not change.
    onListChanged: () => {},
    async close() {
      await (await live?.catch(() => null))?.close()
    },
  }
}

/** Says nothing of what would have been right. */
const missed: ToolResult = {
  ...toolError('This call has no result: it is not among those that were recorded.'),
  replay: 'missed',
}

/** As a connection gives it: what a server said that went wrong is told to the model in its words. */
function resultOf(answer: ToolResult | RecordedFailure): ToolResult {
  if ('content' in answer) return answer
  const { layer, message } = answer
  if (layer === 'json-rpc' && message !== null) return toolError(message)
  return toolError(
    `The call got no result (${layer.replace('_', ' ')})${message === null ? '.' : `: ${message}`}`,
  )
}

function keyOf({ server, id }: ToolSnapshot): string {
  return `${server} ${id}`
}

export function toolsOfSnapshot({ server, tools }: ToolSnapshot): readonly Tool[] {
  return tools.map((tool) => toTool(server, tool))
}
