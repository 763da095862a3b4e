import type { Evidence } from '../domain/entry.ts'
import type { Identity } from '../domain/identity.ts'
import { isJsonObject, type Json } from '../domain/json.ts'
import type { Redactor } from '../domain/redactor.ts'
import { contentText } from '../domain/tool-result.ts'
import { metaEvidence, metaFields, withClient } from './meta-evidence.ts'
import type { ToolAnswer, ToolQuestion } from './observation.ts'
import { okOutcome, rpcErrorOutcome, toolErrorOutcome } from './outcome.ts'
import type { ReadMessage, RpcMessage } from './rpc-message.ts'

type Message<T extends RpcMessage['type']> = Extract<RpcMessage, { readonly type: T }>

export interface CallSurroundings {
  readonly server: string
  readonly identity: Identity
  readonly readOnly: boolean | null
  /** What was sent around the message; what its own `_meta` says goes before. */
  readonly around: Evidence
  readonly redactor: Redactor
}

/** What is recorded of a `tools/call` for the tool of that name, its arguments to the letter. */
export function toolQuestion(
  { id, params, method }: Message<'request'>,
  name: string,
  { textOf }: ReadMessage,
  { server, identity, readOnly, around, redactor }: CallSurroundings,
): ToolQuestion {
  const meta = isJsonObject(params._meta) ? params._meta : {}
  return {
    tool: `${server}/${name}`,
    server,
    arguments: params.arguments ?? {},
    payload: { json: textOf('params', 'arguments') ?? '{}' },
    method,
    requestId: id,
    readOnly,
    evidence: withState({ ...around, ...metaEvidence(meta) }, params.requestState, redactor),
    identity: withClient(identity, meta[metaFields.clientInfo]),
  }
}

/** What is recorded of the answer to a `tools/call`. */
export function toolAnswer(
  answer: Message<'result' | 'error'>,
  { textOf }: ReadMessage,
  redactor: Redactor,
): ToolAnswer {
  if (answer.type === 'error') {
    const outcome = rpcErrorOutcome(answer.code, answer.message, redactor)
    return { outcome, result: { json: textOf('error') ?? 'null' } }
  }
  const { result } = answer
  const payload = { json: textOf('result') ?? 'null' }
  if (!isJsonObject(result))
    return {
      outcome: { layer: 'malformed', code: null, message: 'the result is no object' },
      result: payload,
    }
  const text = contentText(result.content)
  return {
    outcome: result.isError === true ? toolErrorOutcome(text, redactor) : okOutcome,
    result: payload,
    said: { text, structured: result.structuredContent },
    evidence: withState({}, result.requestState, redactor),
  }
}

/** The opaque state that joins a retried request to the result that asked for it: a secret, so only its fingerprint. */
function withState(known: Evidence, state: Json | undefined, redactor: Redactor): Evidence {
  if (typeof state !== 'string') return known
  return { ...known, conversation: { ...known.conversation, requestState: redactor.fingerprint(state) } }
}
