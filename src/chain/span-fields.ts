import type { Span } from '../domain/chain.ts'
import type { CarriedResult, EntryData } from '../domain/entry.ts'
import { countIn } from '../domain/json.ts'
import { serverOf } from '../domain/tool.ts'
import { knownId } from './known-id.ts'
import type { Observation } from './observations.ts'

/** What closes spans, by span. */
export interface Closings {
  readonly results: ReadonlyMap<string, EntryData['tool_result']>
  readonly responses: ReadonlyMap<string, EntryData['model_response']>
  /** The session is over: what has no answer gets none. */
  readonly closed: boolean
}

type Always = 'kind' | 'name' | 'outcome' | 'attributes'
type Sometimes =
  | 'durationMs'
  | 'server'
  | 'message'
  | 'inputDigest'
  | 'outputDigest'
  | 'promptDigest'
  | 'readOnly'
  | 'inputTokens'
  | 'outputTokens'
  | 'definitionTokens'
  | 'totalTokens'
type Fields = Pick<Span, Always> & Partial<Pick<Span, Sometimes>>

/** The fields of a span that depend on its kind; those that it has none of are missing. */
export function spanFields(observed: Observation, { results, responses }: Closings): Fields {
  const { entry, span } = observed
  const evidence = evidenceAttributes(observed)
  if (entry.kind === 'tool_request') return toolFields(entry.data, results.get(span), evidence)
  if (entry.kind === 'model_request') return modelFields(entry.data, responses.get(span), evidence)
  return entry.kind === 'decision' ? decisionFields(entry.data, evidence) : policyFields(entry.data, evidence)
}

/** Of the evidence first, then of the kind. */
type Attributes = Record<string, string>

function toolFields(
  request: EntryData['tool_request'],
  result: EntryData['tool_result'] | undefined,
  evidence: Attributes,
): Fields {
  return {
    kind: 'tool',
    outcome: result?.outcome.layer ?? 'no_answer',
    message: result?.outcome.message ?? null,
    durationMs: result?.durationMs ?? null,
    server: request.server,
    name: request.tool,
    inputDigest: request.arguments.digest,
    outputDigest: result?.result?.digest ?? null,
    readOnly: request.readOnly,
    attributes: addKnown(evidence, {
      method: request.method,
      request_id: request.requestId,
      code: result?.outcome.code,
      result_bytes: result?.resultBytes,
      result_hash: result?.evidence.resultHash,
      structured_result_hash: result?.evidence.structuredResultHash,
      found: result?.found?.join(' '),
      replay: result?.replay,
    }),
  }
}

function modelFields(
  request: EntryData['model_request'],
  response: EntryData['model_response'] | undefined,
  evidence: Attributes,
): Fields {
  return {
    kind: 'model',
    outcome: response?.outcome.layer ?? 'no_answer',
    message: response?.outcome.message ?? null,
    durationMs: response?.durationMs ?? null,
    name: request.model,
    inputDigest: request.messages.digest,
    outputDigest: response?.content?.digest ?? null,
    promptDigest: request.prompt?.digest ?? null,
    // Older recorders wrote down whatever a provider said.
    inputTokens: countIn(response?.usage.inputTokens),
    outputTokens: countIn(response?.usage.outputTokens),
    definitionTokens: request.definitionTokens,
    totalTokens: countIn(response?.totalTokens),
    attributes: addKnown(evidence, {
      provider: request.provider,
      upstream: request.upstream,
      tool_count: request.toolCount,
      tools_digest: request.tools?.digest,
      code: response?.outcome.code,
      response_model: response?.responseModel,
      response_id: response?.responseId && knownId(response.responseId),
      finish_reason: response?.finishReason,
      cached: response?.cached,
      total_tokens_estimated: response?.estimated,
      cache_read_tokens: response?.usage.cacheReadTokens,
      cache_creation_tokens: response?.usage.cacheCreationTokens,
      reasoning_tokens: response?.usage.reasoningTokens,
      time_to_first_chunk_ms: response?.timeToFirstChunkMs,
    }),
  }
}

function decisionFields(decision: EntryData['decision'], evidence: Attributes): Fields {
  return {
    kind: 'decision',
    server: serverOf(decision.tool),
    name: decision.tool,
    outcome: decision.malformed ? 'malformed' : 'ok',
    inputDigest: decision.arguments.digest,
    attributes: evidence,
  }
}

function policyFields(decision: EntryData['policy_decision'], evidence: Attributes): Fields {
  return {
    kind: 'policy',
    server: serverOf(decision.resource),
    name: decision.resource,
    outcome: decision.effect === 'deny' ? 'deny' : 'ok',
    message: decision.reason,
    inputDigest: decision.inputs.digest,
    attributes: addKnown(evidence, {
      engine: decision.engine,
      mode: decision.mode,
      action: decision.action,
      policies: decision.policies.join(' '),
    }),
  }
}

function evidenceAttributes({ entry, session, callId, trace, principal }: Observation): Attributes {
  const evidence = 'evidence' in entry.data ? entry.data.evidence : {}
  const known = addKnown(
    {},
    {
      call_id: callId,
      trace_id: trace?.traceId,
      principal: principal === 'home' ? null : principal,
      arguments_hash: evidence.argumentsHash,
      coerced_arguments_hash: evidence.coercedArgumentsHash,
      carried_results: evidence.results && JSON.stringify(evidence.results.map(withKnownId)),
      inner_tool: evidence.innerTool,
      inner_arguments_hash: evidence.innerArgumentsHash,
      prompt_hashes: evidence.promptHashes?.join(' '),
      text_hashes: evidence.textHashes?.join(' '),
      messages_hash: evidence.messagesHash,
      earlier_messages_hash: evidence.earlierMessagesHash,
    },
  )
  for (const ids of [session?.data.evidence.conversation, evidence.conversation])
    for (const name in ids) known[`conversation.${name}`] = knownId(ids[name] ?? '')
  return known
}

const withKnownId = (result: CarriedResult) => ({ ...result, callId: knownId(result.callId) })

/** What is unknown is left out. */
function addKnown(
  known: Record<string, string>,
  values: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Record<string, string> {
  for (const name in values) {
    const value = values[name]
    if (value !== null && value !== undefined) known[name] = String(value)
  }
  return known
}
