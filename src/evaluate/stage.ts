import { checkSuite } from '../config/check-suite.ts'
import type { Model } from '../domain/model.ts'
import type { PolicyEngine } from '../domain/policy.ts'
import type { ServerDefinition, Suite, ToolsetDefinition } from '../domain/suite.ts'
import type { Tool } from '../domain/tool.ts'
import { formatProblem, InfrastructureError, type Problem, UsageError } from '../errors.ts'
import { loadPolicySet } from '../policy/engines.ts'
import { openCassette, toolsOfSnapshot } from '../tools/cassette.ts'
import { closeAll } from '../tools/close-all.ts'
import { createExposure } from '../tools/exposures/exposures.ts'
import { openToolset, type Toolset } from '../tools/toolset.ts'
import { usesWorkspace, workspaceOf } from '../tools/workspace.ts'

/** What the trials of a suite play on. */
export interface Stage {
  readonly suite: Suite
  readonly policy: PolicyEngine | null
  /** The model that rubrics are put to; null where the suite has none. */
  readonly judge?: Model | null
  readonly toolset: OpenedToolset
}

export interface OpenedToolset {
  readonly definition: ToolsetDefinition
  readonly servers: readonly ServerDefinition[]
  /** Null where it could not be opened: then `failure` says why, and its trials are infrastructure errors. */
  readonly running: Toolset | null
  readonly failure: InfrastructureError | null
  /** Of all its servers; empty where it could not be opened. */
  readonly tools: readonly Tool[]
}

export interface StageOptions {
  readonly suites: readonly Suite[]
  readonly exposures: readonly string[]
  /** At least those that the suites' toolsets name. */
  readonly servers: readonly ServerDefinition[]
  readonly signal: AbortSignal
  /** By name: those that suites name as their judges. */
  readonly judges?: ReadonlyMap<string, Model>
  /** Hears which servers have not told their tools yet: at first, and each time that one has. */
  readonly onWaiting?: (servers: readonly string[]) => void
}

/**
 * Compiles the policies, starts the servers, once for each toolset, and checks the suites against the tools that they
 * have. Rejects with a `UsageError` that lists every mistake, all servers ended; a server that does not start is kept for
 * its trials to tell.
 */
export async function setStages(options: StageOptions): Promise<readonly Stage[]> {
  const { suites, exposures, judges } = options
  const definitions = [...new Set(suites.map(({ toolset }) => toolset))]
  const exposed = definitions.flatMap((definition) =>
    exposures.map(async (name) => void createExposure(name, definition)),
  )
  const [policies] = await Promise.all([
    allOrProblems(suites.map(({ policies }) => loadPolicySet(policies))),
    allOrProblems(exposed),
  ])
  const toolsets = await openAll(definitions, options)
  const stages = suites.flatMap((suite, index) => {
    const toolset = toolsets.find(({ definition }) => definition === suite.toolset)
    const judge = judges?.get(suite.judge ?? '') ?? null
    return toolset ? [{ suite, policy: policies[index] ?? null, judge, toolset }] : []
  })
  const problems = stages.flatMap(({ suite, toolset }) => [
    ...(toolset.running ? checkOnTools(suite, toolset.tools) : []),
    ...homelessFixtures(suite, toolset),
  ])
  if (problems.length === 0) return stages
  await closeStages(stages)
  throw new UsageError(distinct(problems))
}

export async function closeStages(stages: readonly Stage[]): Promise<void> {
  await closeToolsets(new Set(stages.map(({ toolset }) => toolset)))
}

/** A case with a recording has the tools of that, which may be older or newer than those of another. */
function checkOnTools(suite: Suite, tools: readonly Tool[]): readonly Problem[] {
  const live = suite.cases.filter(({ recording }) => recording === null)
  const { composite: _, ...toolset } = suite.toolset
  const uncurated = { ...toolset, curated: null }
  return [
    ...checkSuite({ ...suite, cases: live }, tools),
    ...suite.cases.flatMap((each) =>
      each.recording
        ? checkSuite(
            { ...suite, toolset: uncurated, cases: [each] },
            each.recording.snapshots.flatMap(toolsOfSnapshot),
          )
        : [],
    ),
  ]
}

/** Files for a workspace that is not there, or that no server works on. */
function homelessFixtures(suite: Suite, { definition, servers }: OpenedToolset): readonly Problem[] {
  const problem = whyHomeless(definition, servers)
  if (problem === null) return []
  return suite.cases.flatMap(({ fixtures, locate }) =>
    fixtures ? [{ location: locate(['fixtures']), ...problem }] : [],
  )
}

function whyHomeless(
  definition: ToolsetDefinition,
  servers: readonly ServerDefinition[],
): Pick<Problem, 'message' | 'hint'> | null {
  const { name, cassette } = definition
  const hint = `write \${CALLTRAIL_WORKSPACE:-FOLDER} where the definition of a server names the folder that it works on`
  if (cassette !== null || workspaceOf(definition, servers) === null)
    return {
      message: `fixtures: the toolset ${name} has no workspace to lay them into`,
      ...(!cassette && { hint }),
    }
  if (servers.some(usesWorkspace)) return null
  return {
    message: `fixtures: no server of the toolset ${name} works on its workspace, and none would find them`,
    hint,
  }
}

async function closeToolsets(toolsets: Iterable<OpenedToolset>): Promise<void> {
  await closeAll(Array.from(toolsets, async ({ running }) => running?.close()))
}

async function openAll(
  definitions: readonly ToolsetDefinition[],
  options: StageOptions,
): Promise<readonly OpenedToolset[]> {
  const onStarted = countDown(definitions, options)
  const results = await Promise.allSettled(
    definitions.map((definition) => open(definition, options, onStarted)),
  )
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = results.find((result) => result.status === 'rejected')
  if (!failed) return opened
  await closeToolsets(opened)
  throw failed.reason
}

/** A server of several toolsets is started for each. */
function countDown(
  definitions: readonly ToolsetDefinition[],
  { onWaiting = () => {} }: StageOptions,
): (server: string) => void {
  const waiting = definitions.flatMap(({ cassette, servers }) => (cassette ? [] : servers))
  onWaiting([...new Set(waiting)])
  return (server) => {
    waiting.splice(waiting.indexOf(server), 1)
    onWaiting([...new Set(waiting)])
  }
}

async function open(
  definition: ToolsetDefinition,
  options: StageOptions,
  onStarted: (server: string) => void,
): Promise<OpenedToolset> {
  const { signal } = options
  const servers = options.servers.filter(({ name }) => definition.servers.includes(name))
  let running: Toolset | null = null
  try {
    const { cassette } = definition
    running = cassette
      ? openCassette(definition, cassette, servers, { signal })
      : await openToolset(definition, servers, { signal, onStarted })
    return { definition, servers, running, failure: null, tools: await running.listTools() }
  } catch (error) {
    await running?.close()
    if (signal.aborted || !(error instanceof InfrastructureError)) throw error
    return { definition, servers, running: null, failure: error, tools: [] }
  }
}

/** Rejects with one `UsageError` that lists the mistakes of all. */
async function allOrProblems<T>(works: readonly Promise<T>[]): Promise<readonly T[]> {
  const results = await Promise.allSettled(works)
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  const fault = failures.find((failure) => !(failure instanceof UsageError))
  if (fault !== undefined) throw fault
  if (failures.length > 0) throw new UsageError(distinct(failures.flatMap(({ problems }) => problems)))
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
}

/** Suites that share a toolset share its mistakes. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [formatProblem(problem), problem])).values()]
}
