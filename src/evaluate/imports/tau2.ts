import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readSource } from '../../config/located-document.ts'
import { parseJson } from '../../config/parse-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { UsageError } from '../../errors.ts'
import type { Import, ImportedCase, ImportedTool } from './imported-suite.ts'

interface Action {
  readonly name: string
  readonly args: JsonObject
}

/**
 * The tasks of a domain of τ²-bench, or of each domain in a folder of them. What the agent must do is expected: writes with
 * the arguments that count, in any order, and whatever reads besides. Tools are those that the tasks call, with what they
 * were called with. Throws a `UsageError` where there are no tasks.
 */
export async function importTau2(folder: string): Promise<Import> {
  const domains = await domainsIn(folder)
  if (domains.length === 0)
    throw new UsageError([
      {
        message: `${folder}: no tasks.json here`,
        hint: 'the folder is data/tau2/domains, or one of those in it',
      },
    ])
  const read = await Promise.all(domains.map(readDomain))
  const left = [
    'the simulated user, and what the user does: the first message says all that the user knows',
    'the policy of a domain, its database, and what its tools answer',
    ...read.flatMap((domain) => domain.left),
  ]
  return {
    server: 'tau2',
    source: `Made from ${domains.map((each) => basename(each)).join(', ')} of τ²-bench.`,
    cases: read.flatMap(({ cases }) => cases),
    left,
  }
}

async function domainsIn(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder)
  if (names.includes('tasks.json')) return [folder]
  const inner = await Promise.all(
    names.map(async (name) =>
      (await namesIn(join(folder, name))).includes('tasks.json') ? [join(folder, name)] : [],
    ),
  )
  return inner.flat()
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => [])
}

async function readDomain(
  folder: string,
): Promise<{ cases: readonly ImportedCase[]; left: readonly string[] }> {
  const tasks = await readTasks(join(folder, 'tasks.json'))
  const domain = basename(folder)
  const tools = toolsOf(tasks.flatMap(actionsOf))
  const cases = tasks.flatMap((task) => (isTheUsers(task) ? [] : [caseOf(task, domain, tools)]))
  const basis = new Set(
    tasks
      .flatMap((task) => basisOf(task))
      .filter((name) => name === 'NL_ASSERTION' || name === 'ENV_ASSERTION'),
  )
  const others = tasks
    .filter(isTheUsers)
    .map(({ id }) => `${domain}: ${id}: the user alone does what solves it`)
  return { cases, left: [...Array.from(basis, (name) => `${domain}: ${name} of the reward`), ...others] }
}

/** Throws a `UsageError` that names the place of what is no task: a torn download must not become a smaller suite. */
async function readTasks(file: string): Promise<readonly JsonObject[]> {
  const { value, locate } = parseJson(await readSource(file, process.cwd()))
  if (!Array.isArray(value))
    throw new UsageError([{ location: locate([]), message: 'expected a list of tasks' }])
  const isTask = (each: unknown) =>
    isJsonObject(each) && Object.hasOwn(each, 'id') && isJsonObject(each.user_scenario)
  const problems = value.flatMap((each: unknown, index) =>
    isTask(each)
      ? []
      : [{ location: locate([index]), message: 'expected a task, with id and user_scenario' }],
  )
  if (problems.length > 0) throw new UsageError(problems)
  return value
}

function caseOf(task: JsonObject, domain: string, tools: readonly ImportedTool[]): ImportedCase {
  const writes = actionsOf(task).filter(({ name }) => !isRead(name))
  const said = criteriaOf(task).communicate_info
  const answer = (Array.isArray(said) ? said : []).map((words: Json) => ({ contains: String(words) }))
  const calls = writes.map(({ name, args }) => ({ tool: `tau2/${name}`, args: equalling(args) }))
  return {
    written: {
      id: `${domain}-${task.id}`.replace(/[^\w.-]/g, '-'),
      prompt: promptOf(task),
      expect: { ...expectCalls(calls, tools), ...(answer.length > 0 && { answer }) },
      tags: [domain, ...basisOf(task)],
    },
    tools,
  }
}

/** Where nothing may change, what changes something is forbidden: reading is fine. */
function expectCalls(calls: readonly JsonObject[], tools: readonly ImportedTool[]): JsonObject {
  const writes = tools.filter(({ name }) => !isRead(name)).map(({ name }) => `tau2/${name}`)
  if (calls.length > 0 || writes.length === 0) return { calls, match: 'any-order' }
  return { forbid: writes }
}

function criteriaOf({ evaluation_criteria: criteria }: JsonObject): JsonObject {
  return isJsonObject(criteria) ? criteria : {}
}

function basisOf(task: JsonObject): readonly string[] {
  const { reward_basis: basis } = criteriaOf(task)
  return Array.isArray(basis) ? basis.map(String) : []
}

function steps(task: JsonObject): readonly JsonObject[] {
  const { actions } = criteriaOf(task)
  return (Array.isArray(actions) ? actions : []).filter(isJsonObject)
}

/** All of it is done on the user's own device, as the agent says: who calls nothing would pass. */
function isTheUsers(task: JsonObject): boolean {
  return steps(task).length > 0 && steps(task).every(({ requestor }) => requestor === 'user')
}

/** What the agent does; what the user does is not the agent's. `compare_args` names the arguments that count. */
function actionsOf(task: JsonObject): readonly Action[] {
  return steps(task).flatMap((action) => {
    const { name, arguments: given, requestor, compare_args: counted } = action
    if (requestor === 'user') return []
    const all = Object.entries(isJsonObject(given) ? given : {})
    const names = Array.isArray(counted) ? counted.map(String) : null
    return [
      { name: String(name), args: Object.fromEntries(all.filter(([key]) => names?.includes(key) ?? true)) },
    ]
  })
}

function equalling(args: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, { equals: value }]))
}

const isRead = (name: string) => /^(?:get|find|list|search|check|calculate|think|kb)(?:_|$)/i.test(name)

function toolsOf(actions: readonly Action[]): readonly ImportedTool[] {
  const properties = new Map<string, Record<string, Json>>()
  for (const { name, args } of actions) {
    const known = properties.get(name) ?? {}
    for (const key of Object.keys(args)) known[key] = {}
    properties.set(name, known)
  }
  return Array.from(properties, ([name, known]) => ({
    name,
    description: name.replaceAll('_', ' '),
    inputSchema: { type: 'object', properties: known },
    annotations: { readOnlyHint: isRead(name) },
  }))
}

function promptOf({ user_scenario: scenario, id }: JsonObject): string {
  const { instructions } = isJsonObject(scenario) ? scenario : {}
  if (!isJsonObject(instructions)) return String(instructions ?? id)
  const {
    reason_for_call: reason,
    known_info: known,
    unknown_info: unknown,
    task_instructions: task,
  } = instructions
  return [reason, known, unknown, task]
    .filter((words) => typeof words === 'string' && words !== '')
    .join('\n')
}
