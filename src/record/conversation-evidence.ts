import type { CarriedResult, Evidence } from '../domain/entry.ts'
import { isJsonObject, type Json, readJson } from '../domain/json.ts'
import type { Redactor } from '../domain/redactor.ts'
import { contentText } from './tool-call.ts'

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
    ...(list && { messagesHash: messagesHash(list, redactor) }),
    ...(list && earlier !== null && { earlierMessagesHash: messagesHash(list.slice(0, earlier), redactor) }),
    ...(results.length > 0 && { results: carriedResults(results, redactor) }),
    ...(previousResponse && { conversation: { previous_response_id: previousResponse } }),
  }
}

/** Where a provider shall cache moves on with the conversation, and is no part of what was said. */
function messagesHash(messages: readonly Json[], redactor: Redactor): string {
  const text = JSON.stringify(messages, (name, value) => (name === 'cache_control' ? undefined : value))
  return redactor.fingerprint(text)
}

function carriedResults(results: Carried['results'], redactor: Redactor): readonly CarriedResult[] {
  return results.map(({ callId, text }) => {
    const readings = new Set([text, ...textsWithin(readJson(text))].filter((reading) => reading !== ''))
    return { callId, hashes: [...readings].map((reading) => redactor.fingerprint(reading)) }
  })
}

/** Some clients hand a result on as the JSON that it came in: the text of its content is what the server said. */
function textsWithin(value: Json | undefined): readonly string[] {
  const content = isJsonObject(value) ? value.content : value
  return Array.isArray(content) ? [contentText(content)] : []
}
