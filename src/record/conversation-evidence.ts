import type { Evidence } from '../domain/entry.ts'
import { isJsonObject, type Json } from '../domain/json.ts'
import type { Redactor } from '../domain/redactor.ts'
import { carriedResult } from './result-evidence.ts'

/** What a model request carries of the conversation before it. */
export interface Carried {
  readonly messages: Json
  /** How many of them stood before the model's last answer. */
  readonly earlier: number | null
  readonly results: readonly { readonly callId: string; readonly text: string }[]
  readonly previousResponse?: string | null
}

/** What tells which answer a model request goes on from: fingerprints, and ids that the provider made. */
export function conversationEvidence(carried: Carried, redactor: Redactor): Evidence {
  const { messages, earlier, results, previousResponse } = carried
  const list = Array.isArray(messages) ? messages : null
  return {
    ...(list && hashOf('messagesHash', list, redactor)),
    ...(list && earlier !== null && hashOf('earlierMessagesHash', list.slice(0, earlier), redactor)),
    ...(results.length > 0 && { results: results.map((result) => carriedResult(result, redactor)) }),
    ...(list && earlier === null && hashesOf('promptHashes', promptTexts(list), redactor)),
    ...(previousResponse && { conversation: { previous_response_id: previousResponse } }),
  }
}

/** Shorter ones say too little: many tools are given the same word. */
const shortestTelling = 24
const mostTexts = 16

/** What a decision's arguments say at length. */
export function textEvidence(given: Json, redactor: Redactor): Evidence {
  return hashesOf('textHashes', textsIn(given), redactor)
}

function hashesOf(
  field: 'promptHashes' | 'textHashes',
  texts: readonly string[],
  redactor: Redactor,
): Evidence {
  const telling = [...new Set(texts.map((text) => text.trim()))].filter(
    ({ length }) => length >= shortestTelling,
  )
  if (telling.length === 0) return {}
  return { [field]: telling.slice(0, mostTexts).map((text) => redactor.fingerprint(text)) }
}

/** The texts of the last message of a user, each by itself: clients put their own beside a person's, or an agent's. */
function promptTexts(messages: readonly Json[]): readonly string[] {
  const users = messages.filter((message) => isJsonObject(message) && (message.role ?? 'user') === 'user')
  const last = users.at(-1)
  return isJsonObject(last) ? textsIn([last.content ?? null, last.parts ?? null]) : []
}

/** What is nested deeper is for nobody to read. */
const deepest = 32

function textsIn(value: Json, depth = 0): readonly string[] {
  if (typeof value === 'string') return [value]
  if (depth >= deepest) return []
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(each, depth + 1))
  return isJsonObject(value) ? Object.values(value).flatMap((each) => textsIn(each, depth + 1)) : []
}

/** Where a provider shall cache moves on with the conversation, and is no part of what was said. */
function hashOf(
  field: 'messagesHash' | 'earlierMessagesHash',
  messages: readonly Json[],
  redactor: Redactor,
): Evidence {
  try {
    const text = JSON.stringify(messages, (name, value) => (name === 'cache_control' ? undefined : value))
    return { [field]: redactor.fingerprint(text) }
  } catch (error) {
    // Nested too deep: it is recorded without, for nothing may hide a request.
    if (error instanceof RangeError) return {}
    throw error
  }
}
