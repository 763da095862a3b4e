import type { PolicyDecision, PolicyEngine, PolicyRequest } from '../domain/policy.ts'
import {
  type CallContext,
  type Tool,
  type ToolAnnotations,
  type ToolCall,
  type ToolSource,
  toolError,
} from '../domain/tool.ts'
import { describeError } from '../errors.ts'

/** `observe` decides and forwards all the same; `enforce` answers a denied call itself and hides denied tools from lists. */
export type PolicyMode = 'observe' | 'enforce'

export interface PolicyObservation {
  readonly request: PolicyRequest
  readonly decision: PolicyDecision
  readonly call: ToolCall
  readonly mode: PolicyMode
}

export interface PoliceOptions {
  readonly mode: PolicyMode
  /** Called once for every call that is judged, before it is forwarded or refused; not for tools of a list. */
  readonly observe: (observation: PolicyObservation) => void
}

/** A session's counts, and its decisions one after another, so that parallel calls cannot slip under a limit together. */
interface SessionState {
  readonly calls: Map<string, number>
  last: Promise<unknown>
  tools: Promise<readonly Tool[]> | null
}

/** Sessions that ended are never announced: beyond this many, the one idle for longest is forgotten. */
const sessionLimit = 10_000

/**
 * Judges each call before it goes to `upstream`, with the annotations of the upstream's own list and the calls of its
 * session so far. Wraps the toolset, inside any exposure, so that the inner tool of a `call_tool` is what is judged.
 * What cannot be judged is denied: in `enforce` mode the caller gets the reason as a tool error, or the upstream's own
 * failure where that is the reason.
 * While it only observes, a call of a tool that `upstream` does not have is no decision's: `upstream` says so itself.
 */
export function policedTools(upstream: ToolSource, engine: PolicyEngine, options: PoliceOptions): ToolSource {
  const { mode, observe } = options
  const sessions = new Map<string, SessionState>()
  upstream.onListChanged(() => {
    for (const state of sessions.values()) state.tools = null
  })
  return {
    async listTools(context) {
      const tools = await upstream.listTools(context)
      if (mode === 'observe') return tools
      const state = stateOf(sessions, context.session)
      const decisions = await Promise.all(
        tools.map((tool) =>
          decide(engine, requestFor(tool.name, {}, tool.annotations ?? {}, context, state)),
        ),
      )
      return tools.filter((_, index) => decisions[index]?.effect === 'allow')
    },
    async callTool(call, context) {
      const state = stateOf(sessions, context.session)
      const judged = state.last.then(() => judge(upstream, engine, call, context, state))
      const admitted = judged.then(({ request, decision, failure, isOffered }) => {
        if (mode === 'observe' && !isOffered) return null
        const isForwarded = mode === 'observe' || decision.effect === 'allow'
        if (isForwarded) state.calls.set(call.name, (state.calls.get(call.name) ?? 0) + 1)
        observe({ request, decision, call, mode })
        if (mode === 'enforce' && failure !== undefined) throw failure
        return isForwarded ? null : toolError(`Denied by policy: ${decision.reason}`)
      })
      state.last = admitted.catch(() => {})
      return (await admitted) ?? (await upstream.callTool(call, context))
    },
    onListChanged: (listener) => upstream.onListChanged(listener),
  }
}

interface Judgement {
  readonly request: PolicyRequest
  readonly decision: PolicyDecision
  /** Whether the upstream's list has it; true where there is no list to tell. */
  readonly isOffered: boolean
  /** Why the upstream could not say what the tool is: an unreachable server is no fault of the caller's. */
  readonly failure?: unknown
}

async function judge(
  upstream: ToolSource,
  engine: PolicyEngine,
  call: ToolCall,
  context: CallContext,
  state: SessionState,
): Promise<Judgement> {
  try {
    state.tools ??= upstream.listTools(context)
    const tool = (await state.tools).find(({ name }) => name === call.name)
    const request = requestFor(call.name, call.arguments, tool?.annotations ?? {}, context, state)
    return { request, decision: await decide(engine, request), isOffered: tool !== undefined }
  } catch (error) {
    state.tools = null
    const request = requestFor(call.name, call.arguments, {}, context, state)
    const decision = undecided(`the list of tools could not be read: ${describeError(error)}`)
    return { request, decision, isOffered: true, failure: error }
  }
}

async function decide(engine: PolicyEngine, request: PolicyRequest): Promise<PolicyDecision> {
  try {
    return await engine.decide(request)
  } catch (error) {
    return undecided(describeError(error))
  }
}

function undecided(error: string): PolicyDecision {
  return {
    effect: 'deny',
    policies: [],
    errors: [error],
    reason: `denied because no decision was reached: ${error}`,
  }
}

function requestFor(
  name: string,
  args: PolicyRequest['arguments'],
  annotations: ToolAnnotations,
  { identity, session }: CallContext,
  { calls }: SessionState,
): PolicyRequest {
  const callCount = [...calls.values()].reduce((sum, count) => sum + count, 0)
  const chain = { session, calls: Object.fromEntries(calls), callCount }
  return { action: 'call_tool', resource: name, annotations, arguments: args, identity, chain }
}

function stateOf(sessions: Map<string, SessionState>, session: string): SessionState {
  const state = sessions.get(session) ?? { calls: new Map(), last: Promise.resolve(), tools: null }
  sessions.delete(session)
  sessions.set(session, state)
  const [oldest] = sessions.keys()
  if (sessions.size > sessionLimit && oldest !== undefined) sessions.delete(oldest)
  return state
}
