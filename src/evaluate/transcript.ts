import type { BodyRef, Entry, EntryData } from '../domain/entry.ts'
import {
  type CheckTurn,
  type Ending,
  type ModelTurn,
  type PolicyTurn,
  type RetrievalTurn,
  readCheckId,
  type Transcript,
  type Turn,
} from '../domain/grader.ts'
import { isJsonObject, readJson } from '../domain/json.ts'
import type { Decision, FinishReason } from '../domain/model.ts'
import { Recent } from '../domain/recent.ts'
import type { Case } from '../domain/suite.ts'
import { serverOf, toolError } from '../domain/tool.ts'
import { callLimit, parallelCallLimit } from './call-limit.ts'
import { isUsedUp } from './graders/budget.ts'
import {
  type BodyText,
  readAnswer,
  readDecision,
  readResult,
  readText,
  readTools,
  type ShownTools,
} from './kept-bodies.ts'

/**
 * What happened in a trial, from the entries of its session in order and nothing else: a live trial and a later re-score
 * read it the same way. A body that was erased or cut reads as a placeholder, so that graders answer "could not judge".
 * `played` is the case, whose budget may have ended the trial before all of its prompts were put.
 */
export function transcriptOf(
  entries: readonly Entry[],
  bodyText: BodyText,
  { budget = {}, followUps = [] }: Pick<Case, 'budget' | 'followUps'> = {},
): Transcript {
  const trial = indexEntries(entries, bodyText)
  const turns = entries.flatMap((entry) => turnsOf(entry, trial))
  const asked = turns.filter((turn) => turn.type === 'model')
  const last = asked.at(-1)
  const prompt = trial.modelRequests.values().next().value?.prompt ?? null
  return {
    prompt: prompt ? readText(prompt, bodyText) : '',
    turns,
    answer: last?.text ?? null,
    stopped: stoppedBy(asked, 1 + followUps.length, () => isUsedUp(budget, { turns })),
  }
}

interface TrialEntries {
  readonly bodyText: BodyText
  readonly modelRequests: Map<string, EntryData['model_request']>
  readonly decisions: Map<string, Decision[]>
  readonly toolRequests: Map<string, EntryData['tool_request']>
  readonly toolResults: Map<string, EntryData['tool_result']>
}

function indexEntries(entries: readonly Entry[], bodyText: BodyText): TrialEntries {
  const index: TrialEntries = {
    bodyText,
    modelRequests: new Map(),
    decisions: new Map(),
    toolRequests: new Map(),
    toolResults: new Map(),
  }
  for (const { kind, data } of entries) {
    if (kind === 'model_request') index.modelRequests.set(data.span, data)
    if (kind === 'tool_request') index.toolRequests.set(data.span, data)
    if (kind === 'tool_result') index.toolResults.set(data.span, data)
    if (kind !== 'decision') continue
    const earlier = index.decisions.get(data.modelSpan) ?? []
    index.decisions.set(data.modelSpan, [...earlier, readDecision(data, bodyText)])
  }
  return index
}

function turnsOf(entry: Entry, trial: TrialEntries): readonly Turn[] {
  const isAnswer = entry.kind === 'model_response'
  const turn = isAnswer ? modelTurn(entry.data, trial) : turnOf(entry, trial)
  if (turn === null) return []
  return isAnswer ? [turn, ...searchTurns(entry.data, trial)] : [turn]
}

/** What the provider searched for, as its own find tool would have. */
function searchTurns(
  { searches }: EntryData['model_response'],
  { bodyText }: TrialEntries,
): readonly RetrievalTurn[] {
  const kept = searches ? readJson(readText(searches, bodyText)) : undefined
  return (Array.isArray(kept) ? kept : []).filter(isJsonObject).map(({ query, tools }) => ({
    type: 'retrieval',
    query: typeof query === 'string' ? query : '',
    tools: Array.isArray(tools) ? tools.map(String) : [],
  }))
}

function turnOf({ kind, data }: Entry, trial: TrialEntries): Turn | null {
  if (kind === 'policy_decision') return policyTurn(data, trial)
  if (kind === 'tool_request') return callTurn(data, trial)
  return kind === 'tool_result' ? retrievalTurn(data, trial) : null
}

/** A request that failed is no turn: it was asked again, or the trial is an infrastructure error. */
function modelTurn(response: EntryData['model_response'], trial: TrialEntries): ModelTurn | null {
  const request = trial.modelRequests.get(response.span)
  if (!request || response.outcome.layer !== 'ok') return null
  return {
    type: 'model',
    ...(request.prompt && { prompt: readText(request.prompt, trial.bodyText) }),
    ...(request.tools ? shownTools(request.tools, trial.bodyText) : { tools: [] }),
    definitionTokens: response.definitionTokens ?? request.definitionTokens,
    totalTokens: response.totalTokens,
    isEstimate: response.estimated,
    usage: response.usage,
    text: response.content ? readAnswer(response.content, trial.bodyText) : '',
    decisions: trial.decisions.get(response.span) ?? [],
    finishReason: response.finishReason ?? 'unknown',
    durationMs: response.durationMs,
  }
}

function policyTurn(policy: EntryData['policy_decision'], { toolRequests }: TrialEntries): PolicyTurn {
  const { span, toolSpan, resource, effect, policies, errors, reason } = policy
  const request = toolSpan === null ? undefined : toolRequests.get(toolSpan)
  const callId = request ? callIdOf(request) : (toolSpan ?? span)
  return { type: 'policy', callId, tool: resource, decision: { effect, policies, errors, reason } }
}

/** Stands where the call was made, with its result. The calls of an exposure's own tools are none of the toolset's. */
function callTurn(request: EntryData['tool_request'], trial: TrialEntries): Turn | null {
  if (serverOf(request.tool) === null) return null
  const check = readCheckId(callIdOf(request))
  if (check) return checkTurn(check, request, trial)
  const parent = request.parentSpan === null ? undefined : trial.toolRequests.get(request.parentSpan)
  const result = trial.toolResults.get(request.span)
  const given = readJson(readText(request.arguments, trial.bodyText))
  return {
    type: 'call',
    id: callIdOf(request),
    parentId: parent ? callIdOf(parent) : null,
    tool: request.tool,
    arguments: isJsonObject(given) ? given : null,
    readOnly: request.readOnly ?? false,
    result: result ? readResult(result, trial.bodyText) : toolError('no answer'),
    durationMs: result?.durationMs ?? 0,
    ...(result?.replay && { replay: result.replay }),
  }
}

function checkTurn(
  check: Pick<CheckTurn, 'purpose' | 'index'>,
  { span, tool }: EntryData['tool_request'],
  { toolResults, bodyText }: TrialEntries,
): CheckTurn {
  const result = toolResults.get(span)
  return {
    type: 'check',
    ...check,
    tool,
    result: result ? readResult(result, bodyText) : toolError('no answer'),
    ...(result?.replay && { replay: result.replay }),
  }
}

function retrievalTurn(result: EntryData['tool_result'], trial: TrialEntries): RetrievalTurn | null {
  if (!result.found) return null
  const request = trial.toolRequests.get(result.span)
  const given = request ? readJson(readText(request.arguments, trial.bodyText)) : undefined
  const query = isJsonObject(given) && typeof given.query === 'string' ? given.query : ''
  return { type: 'retrieval', query, tools: result.found }
}

function callIdOf({ evidence, span }: EntryData['tool_request']): string {
  return evidence.callId ?? span
}

/** The list is the longest body of all, and the same in turn after turn of trial after trial: parsed once. */
function shownTools(ref: BodyRef, bodyText: BodyText): ShownTools {
  const text = readText(ref, bodyText)
  const known = listsShown.get(text) ?? readTools(readJson(text))
  listsShown.set(text, known)
  return known
}

/** By their JSON; so many characters of it. */
const listsShown = new Recent<ShownTools>(4_000_000, ({ length }) => length)

const endings: Readonly<Partial<Record<FinishReason, Ending>>> = {
  content_filter: 'content filter',
  context_overflow: 'context overflow',
  length: 'truncated',
}

function stoppedBy(asked: readonly ModelTurn[], prompts: number, isSpent: () => boolean): Ending {
  const last = asked.at(-1)
  if (last && last.decisions.length > parallelCallLimit) return 'too many calls'
  const ending = last && endings[last.finishReason]
  if (ending) return ending
  const answers = asked.filter(({ decisions }) => decisions.length === 0).length
  if (last?.decisions.length === 0 && answers >= prompts)
    return last.finishReason === 'refusal' ? 'refused' : 'answered'
  const decided = asked.reduce((sum, { decisions }) => sum + decisions.length, 0)
  if (decided > callLimit) return 'call limit'
  return isSpent() ? 'case budget' : 'step limit'
}
