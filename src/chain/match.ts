import { serverOf } from '../domain/tool.ts'
import { isTelling, type JoinSpan, sameConversation } from './join-span.ts'
import { fitNames, type NameFit } from './tool-names.ts'
import type { Turn } from './turns.ts'

/** A call and a decision that it may carry out. */
export interface Match {
  readonly call: JoinSpan
  readonly decision: JoinSpan
  readonly turn: Turn
  readonly tier: number
  /** The model's next request carries what the call gave. */
  readonly hasResult: boolean
  /** An id that nothing else has: a second call of it is the same decision's, sent again or seen twice. */
  readonly isExact: boolean
  /** The better one is the greater, place by place. */
  readonly rank: readonly number[]
}

/** How long a decision waits for its call: a person may be asked first. */
export const longestWaitMs = 15 * 60_000
/** Recorders are processes of their own, and so are their clocks. */
const skewMs = 100
/** Of decisions that have something in common with a call, the latest are looked at. */
const mostNear = 16

interface Decided {
  readonly decision: JoinSpan
  readonly turn: Turn
}

/** By all that a call may have in common with them. */
export function indexDecisions(turns: ReadonlyMap<string, Turn>): DecisionIndex {
  const index = new Map<string, Decided[]>()
  for (const turn of turns.values())
    for (const decision of turn.decisions)
      for (const key of new Set(keysOf(decision, resultsOf(turn, decision)))) {
        const known = index.get(key)
        if (known) known.push({ decision, turn })
        else index.set(key, [{ decision, turn }])
      }
  for (const decided of index.values()) decided.sort((a, b) => a.decision.atMs - b.decision.atMs)
  return index
}

/** In the order of time. */
type DecisionIndex = ReadonlyMap<string, readonly Decided[]>

/** The latest before a time, at most so many. */
function latestBefore(decided: readonly Decided[], atMs: number): readonly Decided[] {
  let [low, high] = [0, decided.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((decided[middle]?.decision.atMs ?? 0) <= atMs) low = middle + 1
    else high = middle
  }
  return decided.slice(Math.max(0, low - mostNear), low)
}

function keysOf(
  { callId, argumentsHash, coercedArgumentsHash, innerArgumentsHash }: JoinSpan,
  results: readonly string[],
): readonly string[] {
  const keys = [
    ['id', callId],
    ['arguments', argumentsHash],
    ['arguments', coercedArgumentsHash],
    ['arguments', innerArgumentsHash],
  ] as const
  return [...keys, ...results.map((hash) => ['result', hash] as const)].flatMap(([kind, value]) =>
    value ? [`${kind} ${value}`] : [],
  )
}

/** All decisions of other sessions of the same principal that the call may carry out. */
export function matchesOf(
  call: JoinSpan,
  decisions: DecisionIndex,
  servers: ReadonlySet<string>,
): readonly Match[] {
  const near = new Map<string, Decided>()
  for (const key of keysOf(call, call.resultHashes))
    for (const decided of latestBefore(decisions.get(key) ?? [], call.atMs + skewMs))
      near.set(decided.decision.span, decided)
  return [...near.values()].flatMap(({ decision, turn }) => {
    const { principal, session } = turn.model
    const isElsewhere = principal === call.principal && session !== call.session
    return (isElsewhere && match(call, decision, turn, servers)) || []
  })
}

function match(call: JoinSpan, decision: JoinSpan, turn: Turn, servers: ReadonlySet<string>): Match | null {
  if (decision.outcome === 'malformed') return null
  const [fit, hashes] = fitOf(call, decision, servers)
  if (fit === 0) return null
  const hasArguments = call.argumentsHash !== null && hashes.includes(call.argumentsHash)
  const told = resultsOf(turn, decision)
  const hasResult = call.resultHashes.some((hash) => told.includes(hash))
  const tier = tierOf(call, decision, turn, { hasArguments, hasResult })
  if (tier === null) return null
  return {
    call,
    decision,
    turn,
    tier,
    hasResult,
    isExact: tier === 1 && isTelling(`${call.callId}`),
    rank: [-tier, Number(hasResult), Number(hasArguments), Number(isInOrder(call, decision, turn)), fit],
  }
}

/** Without allowing for clocks that differ. */
function isInOrder(call: JoinSpan, decision: JoinSpan, { next }: Turn): boolean {
  return call.atMs >= decision.atMs && (next === null || call.atMs <= next.atMs)
}

/** By its own name, else by that of the tool that it calls; with the hashes that its arguments may have then. */
function fitOf(
  call: JoinSpan,
  decision: JoinSpan,
  servers: ReadonlySet<string>,
): readonly [NameFit, readonly (string | null)[]] {
  // A tool that an exposure adds has no server.
  const server = serverOf(call.name)
  const tool = server === null ? call.name : call.name.slice(server.length + 1)
  const called = { server: server ?? '', tool }
  const fit = fitNames(decision.name, called, servers)
  if (fit > 0) return [fit, [decision.argumentsHash, decision.coercedArgumentsHash]]
  const inner = decision.innerTool === null ? 0 : fitNames(decision.innerTool, called, servers)
  return [inner, [decision.innerArgumentsHash]]
}

function tierOf(
  call: JoinSpan,
  decision: JoinSpan,
  { model, next }: Turn,
  { hasArguments, hasResult }: { readonly hasArguments: boolean; readonly hasResult: boolean },
): number | null {
  const isSame = sameConversation(call, model)
  const waitedMs = call.atMs - decision.atMs
  if (isSame === false || waitedMs < -skewMs) return null
  const isSoon = waitedMs <= longestWaitMs
  const isWithin = isSoon && (next === null || call.atMs <= next.atMs + skewMs)
  if (call.callId !== null && decision.callId !== null && decision.callId !== '') {
    if (call.callId !== decision.callId) return null
    return isTelling(call.callId) || (hasArguments && isWithin) ? 1 : null
  }
  if (call.traceId !== null && model.traceId !== null)
    return call.traceId === model.traceId && hasArguments && isSoon ? 2 : null
  if (isSame && hasArguments && isSoon) return 3
  if (!isWithin) return null
  if (hasArguments) return 4
  return hasResult ? 5 : null
}

/** Fingerprints of the decision's result, as the next request of the model carries it: by its call id, else in its place. */
export function resultsOf({ next, decisions }: Turn, decision: JoinSpan): readonly string[] {
  const { callId } = decision
  const carried = next?.carriedResults ?? []
  if (callId !== null) return carried.flatMap((result) => (result.callId === callId ? result.hashes : []))
  // Gemini CLI makes up an id that it sends with the result alone.
  return carried[decisions.indexOf(decision)]?.hashes ?? []
}
