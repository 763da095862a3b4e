import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readSource } from '../../config/located-document.ts'
import { parseJson } from '../../config/parse-json.ts'
import { isJsonObject, type Json, type JsonObject } from '../../domain/json.ts'
import { UsageError } from '../../errors.ts'
import type { Import, ImportedCase, ImportedTool } from './imported-suite.ts'
import {
  type AgentAction,
  agentActions,
  basisOf,
  changesNothing,
  expectationOf,
  isFreeText,
  jsonIn,
} from './tau2-expectation.ts'

/**
 * The tasks of a domain of τ²-bench, or of each domain in a folder of them. What the reward of each asks of the agent is
 * expected, as far as calls and the answer show it. Tools are those that the tasks call, with what they were called with.
 * Throws a `UsageError` where there are no tasks, and where a file of them is not whole.
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

interface Domain {
  readonly cases: readonly ImportedCase[]
  readonly left: readonly string[]
}

async function readDomain(folder: string): Promise<Domain> {
  const tasks = await readTasks(join(folder, 'tasks.json'))
  const domain = basename(folder)
  const tools = toolsOf(tasks.flatMap(agentActions))
  const made = tasks.map((task) => caseOf(task, domain, tools))
  const left = [...unjudged(tasks), ...made.flatMap((each) => ('left' in each ? [each.left] : []))]
  return {
    cases: made.filter((each) => 'written' in each),
    left: left.map((each) => `${domain}: ${each}`),
  }
}

/** What the cases of a domain ask less of than its reward, or more. */
function unjudged(tasks: readonly JsonObject[]): readonly string[] {
  const basis = new Set(tasks.flatMap(basisOf))
  const args = tasks.flatMap(agentActions).flatMap((each) => Object.entries(each.args))
  const free = new Set(args.map(([name]) => name).filter(isFreeText))
  return [
    ...['NL_ASSERTION', 'ENV_ASSERTION'].flatMap((name) =>
      basis.has(name) ? [`${name} of the reward`] : [],
    ),
    ...(basis.has('DB')
      ? ['other ways to the same database: the calls that change it are those of the task']
      : []),
    ...Array.from(free, (name) => `what ${name} says: no two say it to the letter`),
    ...(args.some(([, value]) => jsonIn(value) !== null)
      ? [
          'what a JSON text among the arguments says besides; and a tool called by its name there counts as a change, reading or not',
        ]
      : []),
  ]
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

function caseOf(
  task: JsonObject,
  domain: string,
  tools: readonly ImportedTool[],
): ImportedCase | { readonly left: string } {
  const expect = expectationOf(
    task,
    tools.map(({ name }) => name),
  )
  if (typeof expect.left === 'string') return { left: `${task.id}: ${expect.left}` }
  const prompt = promptOf(task)
  if (prompt.trim() === '') return { left: `${task.id}: its instructions say nothing` }
  const written = {
    id: `${domain}-${task.id}`.replace(/[^\w.-]/g, '-'),
    prompt,
    expect,
    tags: [domain, ...basisOf(task)],
  }
  return { written, tools }
}

function toolsOf(actions: readonly AgentAction[]): readonly ImportedTool[] {
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
    annotations: { readOnlyHint: changesNothing(name) },
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
