import { isJsonObject, type Json, type JsonObject, readJson } from '../../domain/json.ts'

export interface AgentAction {
  readonly name: string
  readonly args: JsonObject
  /** `compare_args`, the arguments that the component ACTION looks at; null for all. */
  readonly compared: readonly string[] | null
}

const defaultBasis = ['DB', 'COMMUNICATE']

/** The components whose product the reward is; what is not among them is not asked for. */
export function basisOf(task: JsonObject): readonly string[] {
  const { reward_basis: basis } = criteriaOf(task)
  return Array.isArray(basis) ? basis.map(String) : defaultBasis
}

export function stepsOf(task: JsonObject): readonly JsonObject[] {
  const { actions } = criteriaOf(task)
  return (Array.isArray(actions) ? actions : []).filter(isJsonObject)
}

/** What the agent does; what the user does is not the agent's. */
export function agentActions(task: JsonObject): readonly AgentAction[] {
  return stepsOf(task).flatMap(({ name, arguments: args, requestor, compare_args: compared }) =>
    requestor === 'user'
      ? []
      : [
          {
            name: String(name),
            args: isJsonObject(args) ? args : {},
            compared: Array.isArray(compared) ? compared.map(String) : null,
          },
        ],
  )
}

const unlocking = 'unlock_discoverable_agent_tool'
/** It calls the tool that its argument names; that call is kept in the database, by the tool's name. */
const discoverable = 'call_discoverable_agent_tool'
/** The kind of a tool stands in Python beside the data: `GENERIC`, with no effect on a database. */
const generic = new Set(['transfer_to_human_agents', 'calculate', 'think', unlocking])
const isRead = (name: string) => /^(?:get|find|list|search|check|kb)(?:_|$)/i.test(name)

export function changesNothing(name: string): boolean {
  return generic.has(name) || isRead(name)
}

/**
 * What the reward asks of the agent, as far as calls and the answer show it; or why that is nothing. DB: the calls that
 * change the database, in any order, and no other change. ACTION: every call. COMMUNICATE: what the answer says.
 */
export function expectationOf(
  task: JsonObject,
  tools: readonly string[],
): JsonObject | { readonly left: string } {
  const basis = basisOf(task)
  const calls = callsOf(task, basis)
  const answer = basis.includes('COMMUNICATE') ? said(task) : []
  if (calls?.length === 0 && stepsOf(task).some(({ requestor }) => requestor === 'user'))
    return { left: 'the user alone does what solves it' }
  if (calls === null && answer.length === 0)
    return { left: `nothing of its reward can be judged here (${basis.join(', ')})` }
  return { ...(calls && expectCalls(calls, tools, basis)), ...(answer.length > 0 && { answer }) }
}

/** Null where the reward asks for no call. */
function callsOf(task: JsonObject, basis: readonly string[]): readonly JsonObject[] | null {
  const actions = agentActions(task)
  const isKept = basis.includes('DB')
  // Without any step there is none that must be made.
  if (basis.includes('ACTION') && stepsOf(task).length > 0)
    return actions.map((action) => callOf(action, comparedArgs(action, isKept)))
  const { actions: listed, env_assertions: assertions } = criteriaOf(task)
  if (!isKept || (!Array.isArray(listed) && !Array.isArray(assertions))) return null
  return actions
    .filter((action) => !changesNothing(action.name) || isNeeded(action, actions))
    .map((action) => callOf(action, keptArgs(action)))
}

/** `compare_args` says nothing about the database. */
function comparedArgs(action: AgentAction, isKept: boolean): JsonObject {
  if (isKept && !changesNothing(action.name)) return keptArgs(action)
  const { args, compared } = action
  return Object.fromEntries(Object.entries(args).filter(([name]) => compared?.includes(name) ?? true))
}

/** Of a discoverable tool that only reads, no more than its name comes to the database. */
function keptArgs({ name, args }: AgentAction): JsonObject {
  const { agent_tool_name: called = null } = args
  return name === discoverable && isRead(String(called)) ? { agent_tool_name: called } : args
}

/** A tool that is called must have been unlocked. */
function isNeeded({ name, args }: AgentAction, actions: readonly AgentAction[]): boolean {
  const isCall = (other: AgentAction) =>
    other.name === discoverable && other.args.agent_tool_name === args.agent_tool_name
  return name === unlocking && actions.some(isCall)
}

function callOf({ name }: AgentAction, args: JsonObject): JsonObject {
  const matchers = Object.entries(args).flatMap(([key, value]) => {
    const matcher = isFreeText(key) ? null : matcherOf(value)
    return matcher ? [[key, matcher] as const] : []
  })
  return { tool: `tau2/${name}`, args: Object.fromEntries(matchers) }
}

/** What anybody would say in other words. */
export function isFreeText(argument: string): boolean {
  return /^(?:summary|message|notes?|comments?|description|explanation|thought)$/.test(argument)
}

/** A JSON text counts by what it says; an empty one may as well be left out. */
function matcherOf(value: Json): JsonObject | null {
  const inner = jsonIn(value)
  if (inner === null) return { equals: value }
  if (Array.isArray(inner)) return { jsonSubset: inner }
  const members = Object.entries(inner).filter(([key]) => !isFreeText(key))
  return members.length === 0 ? null : { jsonSubset: Object.fromEntries(members) }
}

/** The list or mapping that a text is the JSON of. */
export function jsonIn(value: Json): readonly Json[] | JsonObject | null {
  const inner = typeof value === 'string' ? readJson(value) : null
  return Array.isArray(inner) || isJsonObject(inner) ? inner : null
}

/** Where nothing may change, what changes something is forbidden: reading is fine. */
function expectCalls(
  calls: readonly JsonObject[],
  tools: readonly string[],
  basis: readonly string[],
): JsonObject {
  const writes = tools.filter((name) => !changesNothing(name)).map((name) => `tau2/${name}`)
  if (!basis.includes('DB')) return { calls, match: 'subset' }
  return calls.length > 0 || writes.length === 0 ? { calls, match: 'any-order' } : { forbid: writes }
}

/** τ² looks for each text in what the agent says, its commas deleted: `1628` is in `$1,628`. */
function said(task: JsonObject): readonly JsonObject[] {
  const { communicate_info: texts } = criteriaOf(task)
  return (Array.isArray(texts) ? texts : []).map((each: Json) => {
    const text = String(each)
    const grouped = text.replace(/^\d+(?=\.|$)/, (digits) => digits.replace(/\B(?=(?:\d{3})+$)/g, ','))
    return grouped === text ? { contains: text } : { anyOf: [{ contains: text }, { contains: grouped }] }
  })
}

function criteriaOf({ evaluation_criteria: criteria }: JsonObject): JsonObject {
  return isJsonObject(criteria) ? criteria : {}
}
