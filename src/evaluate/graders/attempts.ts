import canonicalize from 'canonicalize'
import { mayBeInexact, readExactJson } from '../../domain/exact-number.ts'
import type { CallTurn, ModelTurn, PolicyTurn, Transcript } from '../../domain/grader.ts'
import { isJsonObject, type Json, type JsonObject, readJson } from '../../domain/json.ts'
import type { Decision } from '../../domain/model.ts'
import { serverOf } from '../../domain/tool.ts'
import { memberText } from '../../record/member-text.ts'

/** A call that the model tried to make. An exposure's own tools (`find_tool`, `call_tool`) are no attempts: what they call is. */
export interface Attempt {
  /** `server/tool`, or what the model wrote where there is no such tool. */
  readonly tool: string
  /** Null where they are malformed or were not kept. */
  readonly arguments: JsonObject | null
  readonly readOnly: boolean
  /** `never sent`: a tool that was not there to call. */
  readonly fate: 'called' | 'denied' | 'malformed' | 'never sent'
  /** The call that was made of it. */
  readonly call: CallTurn | null
  /** What led to it; null for a call that no model turn decided on. */
  readonly decision: Decision | null
}

/** A model turn, and what happened until the next one. Call ids repeat across the rounds of some providers, and within one. */
interface Round {
  readonly model: ModelTurn | null
  readonly calls: CallTurn[]
  readonly denials: PolicyTurn[]
}

/** All attempts, in the order in which the model decided them (parallel calls arrive in any order). */
export function attemptsOf(transcript: Transcript): readonly Attempt[] {
  const known = attemptsIn.get(transcript)
  if (known) return known
  const attempts = roundsOf(transcript).flatMap(attemptsOfRound)
  attemptsIn.set(transcript, attempts)
  return attempts
}

/** Every grader of a case asks; a transcript never changes. */
const attemptsIn = new WeakMap<Transcript, readonly Attempt[]>()

function roundsOf({ turns }: Transcript): readonly Round[] {
  const rounds: Round[] = []
  for (const turn of turns) {
    const model = turn.type === 'model' ? turn : null
    if (model || rounds.length === 0) rounds.push({ model, calls: [], denials: [] })
    const round = rounds.at(-1)
    if (turn.type === 'call' && serverOf(turn.tool) !== null) round?.calls.push(turn)
    if (turn.type === 'policy' && turn.decision.effect === 'deny') round?.denials.push(turn)
  }
  return rounds
}

function attemptsOfRound(round: Round): readonly Attempt[] {
  const decisions = round.model?.decisions ?? []
  const ids = new Set(decisions.map(({ id }) => id))
  const made = callsByDecision(decisions, round)
  const undecided = round.calls.filter(({ id, parentId }) => !ids.has(id) && !ids.has(parentId ?? id))
  return [
    ...decisions.flatMap((decision) => attemptsOfDecision(decision, round, made)),
    ...undecided.map((call) => called(call, null)),
  ]
}

/** Of decisions with one id, a call is made of the one that says it, else of the first that no call is made of yet. */
function callsByDecision(decisions: readonly Decision[], { model, calls }: Round): CallsByDecision {
  const made = new Map<Decision, CallTurn[]>()
  const says = (decision: Decision, { tool, arguments: given }: CallTurn) => {
    const meant = intention(decision, model)
    return meant?.tool === tool && canonicalize(meant.arguments) === canonicalize(given)
  }
  for (const call of calls) {
    const named = decisions.filter(({ id }) => id === call.id || id === call.parentId)
    const sent = named.filter((each) => each.arguments !== null)
    const free = sent.filter((each) => !made.has(each))
    const saying = free.length > 1 ? free.find((each) => says(each, call)) : undefined
    const decision = saying ?? free[0] ?? sent.at(-1) ?? named[0]
    if (decision) made.set(decision, [...(made.get(decision) ?? []), call])
  }
  return made
}

type CallsByDecision = ReadonlyMap<Decision, readonly CallTurn[]>

function attemptsOfDecision(
  decision: Decision,
  { model, denials }: Round,
  callsByDecision: CallsByDecision,
): readonly Attempt[] {
  const made = callsByDecision.get(decision) ?? []
  if (made.length > 0) return made.map((call) => called(call, decision))
  const meant = intention(decision, model)
  if (!meant) return []
  const denied = denials.some(({ callId, tool }) => callId === decision.id || tool === meant.tool)
  const fate = meant.arguments === null ? 'malformed' : denied ? 'denied' : 'never sent'
  return [{ ...meant, readOnly: false, fate, call: null, decision }]
}

/**
 * What a decision was for; null when it only looked for tools, or ran an action or a script that called nothing. A `call`
 * tool takes `{name, arguments}` (`Tool.discovery`).
 */
function intention(
  { tool, arguments: given }: Decision,
  model: ModelTurn | null,
): Pick<Attempt, 'tool' | 'arguments'> | null {
  const isOwn = serverOf(tool) === null && model?.tools.includes(tool) === true
  if (!isOwn || given === null) return { tool, arguments: given }
  const callsByName = model.callTools?.includes(tool) ?? true
  if (!callsByName || typeof given.name !== 'string') return null
  const inner = given.arguments ?? {}
  return { tool: given.name, arguments: isJsonObject(inner) ? inner : null }
}

function called(call: CallTurn, decision: Decision | null): Attempt {
  return {
    tool: call.tool,
    arguments: call.arguments,
    readOnly: call.readOnly,
    fate: 'called',
    call,
    decision,
  }
}

/**
 * The arguments as the model wrote them, where it wrote these: `5.0` and 20 digits to the letter. Null where there are
 * none.
 */
export function argumentsText({ arguments: given, call, decision }: Attempt): string | null {
  if (given === null) return null
  const written = decision === null ? null : writtenArguments(decision, call)
  return written !== null && isSame(readJson(written), given) ? written : JSON.stringify(given)
}

/** The arguments, with numbers that no double holds as the model wrote them. */
export function exactArguments(attempt: Attempt): JsonObject | null {
  const text = mayBeInexact(attempt.decision?.rawArguments ?? '') ? argumentsText(attempt) : null
  const exact = text === null ? undefined : readExactJson(text)
  return isJsonObject(exact) ? exact : attempt.arguments
}

/** Of an exposure's call tool (`{name, arguments}`) those of the inner call. */
function writtenArguments(
  { id, rawArguments, arguments: given }: Decision,
  call: CallTurn | null,
): string | null {
  if (given === null) return null
  const isInner =
    call !== null ? call.id !== id : typeof given.name === 'string' && isJsonObject(given.arguments)
  return isInner ? memberText(rawArguments, ['arguments']) : rawArguments
}

function isSame(value: Json | undefined, other: Json): boolean {
  return value !== undefined && canonicalize(value) === canonicalize(other)
}
