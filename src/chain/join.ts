import type { Link } from '../domain/chain.ts'
import type { JsonObject } from '../domain/json.ts'
import type { JoinSpan, KnownLink } from './join-span.ts'
import { indexDecisions, longestWaitMs, type Match, matchesOf, resultsOf } from './match.ts'
import { type Instruction, instructions } from './sub-agents.ts'
import { continueTurns, type Turn, turnsOf } from './turns.ts'

/** A link that joins two sessions. */
export interface Join {
  readonly link: Omit<Link, 'id' | 'linker'>
  readonly from: JoinSpan
  readonly to: JoinSpan
}

export interface JoinOptions {
  readonly known: readonly KnownLink[]
  /** When the last of the spans was read. */
  readonly nowMs: number
  /** That there are, beside those of the calls. */
  readonly servers?: Iterable<string>
}

/**
 * Joins what was recorded in different places: the model's side of a conversation, and the calls that reached servers.
 *
 * 1. the same call id;
 * 2. the same trace, a tool that fits the name, and equal arguments;
 * 3. an id of the same conversation or turn, name and arguments;
 * 4. name and arguments, after the decision and before the turn went on;
 * 5. name and result: the next request of the model carries it.
 *
 * Arguments are equal as they are, or once converted to the tool's schema. Only spans of one principal are joined. A call
 * and a decision are joined where each is the other's one best match; a call with several that are as good keeps them
 * as candidates, and joins the turn alone if they are all of one.
 */
export function join(spans: readonly JoinSpan[], options: JoinOptions): readonly Join[] {
  const { known } = options
  const turns = turnsOf(spans)
  const continued = continueTurns(turns, known).map(({ turn, next }) => continuation(turn, next))
  const instructed = instructions(turns, known).map(instructedBy)
  const search = beginSearch(spans, turns, options)
  const caused: Join[] = []
  for (let found = nextMatches(search); found.length > 0; found = nextMatches(search)) {
    for (const match of found) {
      take(match, search)
      caused.push(causedBy(match))
    }
  }
  return [...continued, ...instructed, ...caused, ...ambiguous(search)].sort((a, b) => a.to.atMs - b.to.atMs)
}

interface Search {
  /** Calls without a cause yet, each with all that it may be. */
  readonly calls: Map<JoinSpan, readonly Match[]>
  readonly taken: Set<string>
  /** How often each connection was joined to a conversation, by conversation and server: it belongs to it. */
  readonly votes: Votes
  readonly nowMs: number
  /** Conversations that hand results on to the letter. */
  readonly verbatim: Set<string>
}

type Votes = Map<string, Map<string, number>>

function vote(votes: Votes, call: JoinSpan, decision: JoinSpan): void {
  const key = `${decision.session} ${call.server}`
  const counts = votes.get(key) ?? new Map<string, number>()
  votes.set(key, counts.set(call.session, (counts.get(call.session) ?? 0) + 1))
}

function votesFor(votes: Votes, { call, decision }: Match): number {
  return votes.get(`${decision.session} ${call.server}`)?.get(call.session) ?? 0
}

function take(match: Match, { calls, taken, votes, verbatim }: Search): void {
  const { call, decision } = match
  calls.delete(call)
  taken.add(decision.span)
  vote(votes, call, decision)
  if (match.hasResult) verbatim.add(decision.session)
}

function beginSearch(
  spans: readonly JoinSpan[],
  turns: ReadonlyMap<string, Turn>,
  { known, nowMs, servers: others = [] }: JoinOptions,
): Search {
  const certain = known.filter(({ type, candidates }) => type === 'caused' && candidates.length <= 1)
  const caused = new Set(certain.map(({ to }) => to))
  const calls = spans.filter(
    ({ kind, parent, span }) => kind === 'tool' && parent === null && !caused.has(span),
  )
  const called = spans.flatMap(({ kind, server }) => (kind === 'tool' && server ? [server] : []))
  const servers = new Set([...others, ...called])
  const bySpan = new Map(spans.map((span) => [span.span, span]))
  const votes: Votes = new Map()
  const verbatim = new Set<string>()
  for (const { from, to } of certain) {
    const [decision, call] = [bySpan.get(from), bySpan.get(to)]
    if (!decision || !call) continue
    vote(votes, call, decision)
    const turn = turns.get(decision.parent ?? '')
    const told = turn ? resultsOf(turn, decision) : []
    if (call.resultHashes.some((hash) => told.includes(hash))) verbatim.add(decision.session)
  }
  const decisions = indexDecisions(turns)
  return {
    calls: new Map(calls.map((call) => [call, matchesOf(call, decisions, servers)])),
    taken: new Set(certain.map(({ from }) => from)),
    votes,
    nowMs,
    verbatim,
  }
}

/** Pairs of which each is the other's one best match: the well founded first, for they show which connection is whose. */
function nextMatches(search: Search): readonly Match[] {
  const open = openMatches(search)
  const byCall = best(open, search, ({ call }) => call.span)
  const byDecision = best(open, search, ({ decision }) => decision.span)
  const unsettled = new Set(
    open.filter(({ turn }) => !isOver(turn, search.nowMs)).map(({ call }) => call.span),
  )
  const mutual = open.filter(
    (each) =>
      (each.tier === 1 || !unsettled.has(each.call.span)) &&
      only(byCall.get(each.call.span)) === each &&
      (each.isExact || only(byDecision.get(each.decision.span)) === each),
  )
  const results = countResults(open)
  const founded = mutual.filter(
    ({ tier, decision, hasResult }) =>
      tier < 4 || (tier === 4 && hasResult && results.get(decision.span) === 1),
  )
  return founded.length > 0 ? founded : likely(mutual, search)
}

/** How many calls gave what the model was told of a decision: `done` is what many give. */
function countResults(matches: readonly Match[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { decision, hasResult } of matches)
    if (hasResult) counts.set(decision.span, (counts.get(decision.span) ?? 0) + 1)
  return counts
}

/**
 * Equal name and arguments within the time may be chance. They count where most of what joins the conversation to that
 * server joins it to this connection, and where the model was not told of another result.
 */
function likely(matches: readonly Match[], { votes, verbatim }: Search): readonly Match[] {
  const counted: Votes = new Map(Array.from(votes, ([key, counts]) => [key, new Map(counts)]))
  for (const { call, decision } of matches) vote(counted, call, decision)
  return matches.filter((each) => {
    const { call, decision, turn } = each
    const told = resultsOf(turn, decision).length > 0 && call.resultHashes.length > 0
    if (told && !each.hasResult && verbatim.has(decision.session)) return false
    const rivals = counted.get(`${decision.session} ${call.server}`) ?? new Map<string, number>()
    const own = votesFor(counted, each)
    return [...rivals].every(([session, count]) => session === call.session || count < own)
  })
}

function openMatches({ calls, taken }: Search): readonly Match[] {
  return [...calls.values()].flat().filter(({ decision, isExact }) => isExact || !taken.has(decision.span))
}

function only(matches: readonly Match[] | undefined): Match | null {
  return matches?.length === 1 ? (matches[0] ?? null) : null
}

function best(
  matches: readonly Match[],
  search: Search,
  keyOf: (match: Match) => string,
): ReadonlyMap<string, readonly Match[]> {
  const found = new Map<string, Match[]>()
  for (const each of matches) {
    const rivals = found.get(keyOf(each))
    const order = rivals?.[0] ? compare(each, rivals[0], search) : 1
    if (order > 0) found.set(keyOf(each), [each])
    else if (order === 0) rivals?.push(each)
  }
  return found
}

function compare(a: Match, b: Match, { votes }: Search): number {
  const place = a.rank.findIndex((value, index) => value !== b.rank[index])
  if (place < 0) return votesFor(votes, a) - votesFor(votes, b)
  return (a.rank[place] ?? 0) - (b.rank[place] ?? 0)
}

/** Once their turns are over: before, what tells them apart may still come. */
function ambiguous(search: Search): readonly Join[] {
  const byCall = best(openMatches(search), search, ({ call }) => call.span)
  return [...byCall.values()].flatMap((rivals) => {
    const [first] = rivals
    if (!first || rivals.length < 2 || !rivals.every(({ turn }) => isOver(turn, search.nowMs))) return []
    const candidates = rivals.map(({ decision }) => decision.span)
    const isOneTurn = rivals.every(({ turn }) => turn.model.span === first.turn.model.span)
    const unsure = causedBy(first, candidates)
    return isOneTurn ? [unsure, inTurn(first)] : [unsure]
  })
}

/**
 * Before, what tells calls apart may still come. A link is for good: where no call's id joins, it waits until each turn that the
 * call may be of was continued by the request that carries the results, or can have no more calls.
 */
function isOver({ model, next }: Turn, nowMs: number): boolean {
  return next !== null || nowMs - model.atMs > longestWaitMs
}

function causedBy({ call, decision, tier }: Match, candidates = [decision.span]): Join {
  const evidence: JsonObject = { tier, callId: tier === 1 ? call.callId : null, candidates, to: call.span }
  const link = { type: 'caused', from: decision.span, to: call.span, tier, candidates, evidence } as const
  return { link, from: decision, to: call }
}

function instructedBy({ decision, request, tier }: Instruction): Join {
  const evidence: JsonObject = { tier, instructs: decision.span, to: request.span }
  const [from, to, candidates] = [decision.span, request.span, [decision.span]]
  return { link: { type: 'caused', from, to, tier, candidates, evidence }, from: decision, to: request }
}

function inTurn({ call, turn, tier }: Match): Join {
  return continues(turn.model, call, tier)
}

function continuation({ model, decisions }: Turn, next: JoinSpan): Join {
  const carried = new Set(next.carriedResults.map(({ callId }) => callId))
  const callIds = decisions.flatMap(({ callId }) => (callId !== null && carried.has(callId) ? [callId] : []))
  return continues(model, next, 1, { callIds })
}

function continues(from: JoinSpan, to: JoinSpan, tier: number, more: JsonObject = {}): Join {
  const evidence = { tier, from: from.span, to: to.span, ...more }
  return {
    link: { type: 'continues', from: from.span, to: to.span, tier, candidates: [from.span], evidence },
    from,
    to,
  }
}
